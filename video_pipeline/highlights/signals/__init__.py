"""The signals: one file each; the three kinds of reaction share one."""
