# video_pipeline: `make help` lists what there is. Any target first makes .venv with what it needs.

PYTHON ?= python3
# Without VIDEO the demo video is used, whose synthesised voices the demo model understands; it is never used for anything else.
DEMO := $(if $(filter undefined,$(origin VIDEO)),--engine sensevoice --model demo)
VIDEO ?= examples/demo.mp4
LIBRARY ?=
OUT ?= outputs
PRESET ?= default
ARGS ?=

# The literal text of the variables, handed over in the environment: names with spaces, quotes and dollars arrive as they are.
export VIDEO_PATH := $(value VIDEO)
export LIBRARY_PATH := $(value LIBRARY)
export OUT_PATH := $(value OUT)

VENV := .venv
BIN := $(VENV)/bin
# Modules are compiled when they are first used: compiling all of them takes minutes and 300 MB.
PIP = $(PY) -m pip --disable-pip-version-check install --quiet --no-compile --constraint constraints.txt
# Which build of torch: cpu; cu130 and the like for NVIDIA; pypi for what pip's own index has (CUDA on Linux, some 4 GB).
TORCH ?= cpu
# One retry: where PyTorch's index cannot be reached, pip goes on with its own.
TORCH_INDEX := $(if $(filter pypi,$(TORCH)),,--retries 1 --extra-index-url https://download.pytorch.org/whl/$(TORCH))
# Started as modules: the scripts in $(BIN) begin with the folder's path, and cannot start where it holds a dollar sign.
PY := $(BIN)/python
PIPELINE := $(PY) -m video_pipeline
RUN = --preset $(PRESET) --out "$$OUT_PATH"

.DEFAULT_GOAL := help
.PHONY: help subtitles highlights process batch web test explore check check-ui docs bench demo-model clean

help:  ## this list
	@echo "make TARGET [VIDEO=talk.mp4] [PRESET=talk-show] [OUT=outputs] [ARGS='--labels emoji']"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{printf "%-14s%s\n", $$1, $$2}'

subtitles: $(VENV)/.run  ## subtitles (SRT, ASS) of VIDEO with emotions and sounds; without VIDEO, of the demo
	@$(PIPELINE) subtitles $(RUN) $(DEMO) $(ARGS) -- "$$VIDEO_PATH"

highlights: $(VENV)/.run  ## the best moments of VIDEO: found, explained, cut
	@$(PIPELINE) highlights $(RUN) $(DEMO) $(ARGS) -- "$$VIDEO_PATH"

process: $(VENV)/.run  ## everything for VIDEO: subtitles, highlights, clips, report
	@$(PIPELINE) process $(RUN) $(DEMO) $(ARGS) -- "$$VIDEO_PATH"

batch: $(VENV)/.run  ## everything for every video of LIBRARY: a folder, a list, a CSV table, s3://...
	@test -n "$$LIBRARY_PATH" || { echo "say which: make batch LIBRARY=videos/"; exit 2; }
	@$(PIPELINE) library run $(RUN) $(ARGS) -- "$$LIBRARY_PATH"

web: $(VENV)/.web  ## the page on http://127.0.0.1:7860
	@$(PIPELINE) web --out "$$OUT_PATH" $(ARGS)

test: $(VENV)/.dev  ## the tests
	@$(PY) -m pytest --numprocesses auto $(ARGS)

explore: $(VENV)/.dev  ## the property tests with examples drawn anew, to find what the fixed ones miss
	@$(PY) -m pytest --numprocesses auto -m hypothesis --hypothesis-profile explore $(ARGS)

check: $(VENV)/.dev check-ui  ## lint, types, layers and tests: what CI runs
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@$(PY) -m pytest --numprocesses auto $(ARGS)

docs: $(VENV)/.docs  ## the documentation as a site in site/, with docs/options.md from the options' definitions
	@$(PY) -m video_pipeline.options.page > docs/options.md
	@$(PY) -m mkdocs build --strict --quiet

check-ui: $(VENV)/.dev  ## lint and types of the JavaScript and CSS
	@$(PY) tools/check_ui.py

bench: $(VENV)/.bench  ## speed and memory, as ratios; see benchmarks/README.md (half an hour)
	@$(PY) -m benchmarks.run
	@$(PY) -m benchmarks.subtitles
	@$(PY) -m benchmarks.start
	@$(PY) -m benchmarks.seed
	@$(PY) -m benchmarks.speech $(ARGS)

demo-model: $(VENV)/.train  ## train the demo model and make the demo video again (an hour on two cores)
	@cd tools && ../$(PY) train_demo_model.py --work ../.demo-model $(ARGS)
	@$(PY) examples/make_demo.py

clean:  ## remove .venv and caches (results in OUT stay)
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 2; }
	@echo "setting up $(VENV) (once; about 2 GB, some minutes) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) $(TORCH_INDEX) torch  # alone and first, so that the pinned build is taken and nothing after it picks another
	@$(PIP) --editable '.[sensevoice]'
	@$(PIP) --editable '.[draft]' 2> /dev/null || echo "left out: the English draft engine, whose pocketsphinx is not to be installed for this Python without a compiler"
	@touch $@

$(VENV)/.web: $(VENV)/.run
	@echo "adding the page's packages ..."
	@$(PIP) --editable '.[web]'
	@touch $@

$(VENV)/.docs: $(VENV)/.run
	@echo "adding the packages for documentation ..."
	@$(PIP) --editable '.[docs]'
	@touch $@

$(VENV)/.bench: $(VENV)/.run
	@echo "adding the packages for benchmarks ..."
	@$(PIP) --editable '.[bench]'
	@touch $@

$(VENV)/.train: $(VENV)/.run
	@echo "adding the packages for training ..."
	@$(PIP) --editable '.[train]'
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "adding the packages for tests ..."
	@$(PIP) --editable '.[dev,docs,whisper,translate,ruby,icu,web,gradio,postgres,ray,remote,faces]'
	@touch $@
