# Two commands do everything: `make run` and `make test`. They need Python 3.11+ and make, nothing else.
PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
APPS   := $(wildcard src/jingzhun/*/locale/zh_Hans/LC_MESSAGES/django.po)
MO     := $(APPS:.po=.mo)

.PHONY: setup run test lint bench assets shots procedures lock messages wheel clean

setup: $(VENV)/.done $(MO)  ## make .venv with everything in it
	@$(BIN)/python -m compileall -q src tests  # every command starts in a third of the time

$(VENV)/.done: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=/path/to/it" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$$(sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements.lock)
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

%.mo: %.po $(VENV)/.done
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale zh_Hans --use-fuzzy

run: setup  ## build the demo county if there is none yet, and serve it on http://127.0.0.1:8000 (PORT=8123 for another)
	JINGZHUN_DEMO=1 $(BIN)/jingzhun demo --if-empty
	JINGZHUN_DEMO=1 $(BIN)/jingzhun serve --port $(PORT)

test: setup lint  ## everything that must hold before a change lands
	$(BIN)/python -m tests.browser.install
	$(BIN)/pytest -n 2 --dist loadgroup

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint src --lint --quiet

bench: setup  ## measure the claims of speed, each as a ratio within one run
	$(BIN)/python -m benchmarks

shots: setup  ## take the pictures of docs/ from the running demo
	$(BIN)/python -m tests.browser.install
	$(BIN)/python -m docs.shots

procedures: setup  ## draw the procedures' tables into docs/
	$(BIN)/python -m docs.procedures

assets:  ## copy the front-end packages named in package-lock.json into the tree (needs npm)
	npm ci --ignore-scripts --omit=dev
	$(PYTHON) src/jingzhun/web/vendor.py

messages: setup  ## bring the translation files up to date with the source strings
	$(BIN)/python -m tests.messages update

wheel: setup  ## build var/dist/*.whl, and see that every translation is in it
	rm -rf var/dist
	$(BIN)/uv build --quiet --wheel --out-dir var/dist .
	@$(BIN)/python -c 'import glob, sys, zipfile; names = zipfile.ZipFile(glob.glob("var/dist/*.whl")[0]).namelist(); \
	sys.exit(" ".join(mo for mo in "$(MO:src/%=%)".split() if mo not in names) or 0)'

lock: $(VENV)/.done  ## resolve the dependencies of pyproject.toml anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev --output-file requirements.lock

clean:
	rm -rf $(VENV)
