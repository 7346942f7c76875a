"""What a conversation was like: who spoke how much, who waited, who interrupted, what was asked and promised."""
