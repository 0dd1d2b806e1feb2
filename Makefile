# Two commands set everything up: `make run` and `make test`. `make help` lists the others.
# Written for GNU make 3.81 (macOS) and later; needs Python 3.11 or later, and nothing else.

PORT ?= 8501
WORKERS ?= 2
FUZZ_SECONDS ?= 300
PYTHON ?= python3
PYTEST_OPTIONS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
HAS_RUN := $(VENV)/.installed-to-run
HAS_TESTS := $(VENV)/.installed-to-test

ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo test check fuzz coverage lint format migration bench attack browser postgres nginx lock sbom clean

help:
	@echo "make run            lance le tableau de bord sur http://localhost:$(PORT) (autre port : make run PORT=8600)"
	@echo "make demo           le lance sur des données fictives (base à part : data/demo.db)"
	@echo "make test           vérifie tout : style, types, imports, tests, navigateur, PostgreSQL et nginx compris"
	@echo "make check          le principal en trois minutes : ni navigateur, ni PostgreSQL, ni pages"
	@echo "make coverage       fait de même en mesurant la couverture du code par les tests"
	@echo "make lint           style, types et règles d’import seulement"
	@echo "make format         met le code en forme"
	@echo "make migration      écrit la migration qui suit un changement des modèles (make migration NAME=\"surface m2\")"
	@echo "make bench          mesure les performances"
	@echo "make fuzz           essaie longuement ce que le hasard propose (lecteurs de fichiers : FUZZ_SECONDS=3600)"
	@echo "make attack         attaque un tableau de bord lancé pour cela sur cette machine, et dit ce qu’il en coûte"
	@echo "make lock           recalcule constraints.txt et constraints-hashed.txt (tout mettre à jour : make lock UPGRADE=--upgrade)"
	@echo "make sbom           écrit la nomenclature de ce qui est servi (sbom.cdx.json, CycloneDX)"
	@echo "make clean          efface l’environnement et les caches, jamais la base de données"

run: $(HAS_RUN)
	@$(PY) tools/serve.py --port "$(PORT)"

demo: $(HAS_RUN)
	@test -f data/demo.db || $(PY) -m territoires demo
	@TERRITOIRES_DATABASE_URL="sqlite:///data/demo.db" $(PY) tools/serve.py --port "$(PORT)"

# pytest comes last, so that its summary is the last word.
test: lint browser postgres nginx
	$(PY) -m pytest -n $(WORKERS) $(PYTEST_OPTIONS)

# Daily work: neither a browser nor a server of anything, a fifth of what chance brings.
check: lint
	$(PY) -m pytest -n $(WORKERS) --hypothesis-profile=daily \
	  -m "not browser and not postgresql and not long" \
	  tests/test_conventions.py tests/unit tests/web tests/integration $(PYTEST_OPTIONS)

# What chance brings, for an hour or more; then the targets of fuzz/, guided by what they cover.
fuzz: postgres
	$(PY) -m pytest -n $(WORKERS) -m "hypothesis or fuzz" \
	  --hypothesis-profile=fuzz $(PYTEST_OPTIONS)
	$(PY) -m fuzz readers $(FUZZ_SECONDS)

# The same with branch coverage, server processes included: half as long again.
coverage:
	$(MAKE) test PYTEST_OPTIONS="$(PYTEST_OPTIONS) --cov --cov-report=term"

lint: $(HAS_TESTS)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

format: $(HAS_TESTS)
	$(PY) -m ruff check --fix --exit-zero --quiet .
	$(PY) -m ruff format .

migration: $(HAS_TESTS)
	@$(PY) tools/new_migration.py "$(NAME)"

bench: $(HAS_TESTS) browser postgres
	$(PY) -m bench

attack: $(HAS_TESTS)
	@$(PY) -m bench --only attack

browser: $(HAS_TESTS)
	@$(PY) tools/ensure_browser.py

postgres: $(HAS_TESTS)
	@$(PY) tools/ensure_postgres.py

nginx: $(HAS_TESTS)
	@$(PY) tools/ensure_nginx.py

# Two files of the same versions: pips older than 26 refuse ranges beside constraints with hashes, so
# `make run` reads the plain one; what is deployed and the forge's CI install from the hashed one.
lock: $(HAS_TESTS)
	$(PIP) install uv
	grep -hv '^-[cr] ' requirements.txt requirements-dev.txt | \
	  $(PY) -m uv pip compile - --quiet --universal --python-version 3.11 $(UPGRADE) -o constraints.txt
	{ grep -hv '^-[cr] ' requirements.txt requirements-dev.txt; echo pip; } | \
	  $(PY) -m uv pip compile - --quiet --universal --python-version 3.11 -c constraints.txt \
	    --no-annotate --generate-hashes $(UPGRADE) -o constraints-hashed.txt

# What a deployment holds, with the digest of every file: no tool of the tests.
sbom: $(HAS_RUN)
	$(PIP) install uv cyclonedx-bom
	grep -v '^-c ' requirements.txt | grep -v '^pytest' | \
	  $(PY) -m uv pip compile - --quiet --universal --python-version 3.11 -c constraints.txt \
	    --no-annotate --generate-hashes | \
	  $(PY) -m cyclonedx_py requirements - --output-reproducible -o sbom.cdx.json

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis \
	  .coverage .coverage.* htmlcov tests/browser/failures
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ---

# One whose interpreter is gone or too old is made again.
ifneq ($(shell $(PY) -c 'import pip; $(ENOUGH)' >/dev/null 2>&1 && echo yes),yes)
.PHONY: $(VENV)/pyvenv.cfg
endif

$(VENV)/pyvenv.cfg:
	@found=; \
	for candidate in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14 python; do \
	  if "$$candidate" -c '$(ENOUGH)' >/dev/null 2>&1; then found="$$candidate"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Python 3.11 ou plus récent, avec son module venv, est nécessaire et n’a pas été trouvé (Debian, Ubuntu : apt install python3-venv ; macOS, Windows : https://www.python.org/downloads/ ; ailleurs sur la machine : make PYTHON=/chemin/vers/python3)." >&2; \
	  exit 1; \
	fi; \
	"$$found" -m venv --clear $(VENV)

$(HAS_RUN): $(VENV)/pyvenv.cfg requirements.txt constraints.txt
	@echo "Installation des bibliothèques dans $(VENV) (une à deux minutes la première fois)…"
	@$(PIP) install -r requirements.txt || { \
	  echo "L’installation a échoué : vérifiez l’accès à Internet ou le serveur mandataire, puis relancez la même commande." >&2; exit 1; }
	@touch $@

$(HAS_TESTS): $(HAS_RUN) requirements-dev.txt
	@echo "Installation des outils de vérification…"
	@$(PIP) install -r requirements-dev.txt || { \
	  echo "L’installation a échoué : vérifiez l’accès à Internet ou le serveur mandataire, puis relancez la même commande." >&2; exit 1; }
	@touch $@
