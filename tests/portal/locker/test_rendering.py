import re
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from portal.locker.examples import EXAMPLES, example
from portal.locker.rendering import NotRendered, render

LONG = "Moulay Abderrahmane Ben El Haj Mohammed " * 5


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def words(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "document.pdf").write_bytes(pdf)
    command = ["pdftotext", "-raw", str(tmp_path / "document.pdf"), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("template", EXAMPLES)
def test_each_document_is_one_archivable_and_accessible_page(printed: Callable[..., bytes], template: str) -> None:
    pdf = printed(template)
    assert pdf.startswith(b"%PDF-1.7")
    assert pages(pdf) == 1
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def test_the_same_content_gives_the_same_file(printed: Callable[..., bytes]) -> None:
    assert printed("refusal") == printed("refusal")


def test_a_specimen_differs_from_a_real_document(printed: Callable[..., bytes]) -> None:
    assert printed("birth_extract", demo=True) != printed("birth_extract", demo=False)


def test_long_names_stay_on_the_page(printed: Callable[..., bytes]) -> None:
    parent = {"ar": "و" * 300, "fr": "W" * 300}
    pdf = printed("birth_extract", full_name={"ar": "عبد الرحمان " * 12, "fr": LONG}, father=parent)
    assert pages(pdf) == 2


def test_a_long_answer_runs_over_several_pages(printed: Callable[..., bytes]) -> None:
    answer = "\n\n".join(["بلغت الميزانية 1.250.000,00 درهم. " * 12, "Le détail est publié. " * 20] * 12)
    assert pages(printed("information_answer", answer=answer)) > 2


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the printed words")
@pytest.mark.parametrize(
    "hostile", ['#import "x"', "] #panic()", "$x$ *b* _i_ @r <l> \\ // c", '"); #read("/etc/passwd")']
)
def test_markup_in_the_data_is_printed_and_never_evaluated(
    printed: Callable[..., bytes], tmp_path: Path, hostile: str
) -> None:
    pdf = printed("birth_extract", father={"fr": hostile})
    assert hostile in words(pdf, tmp_path)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the printed words")
def test_a_name_in_tifinagh_stands_where_the_text_exists(printed: Callable[..., bytes], tmp_path: Path) -> None:
    body, title = {"fr": "Commune", "zgh": "ⴰⵙⵉⵜ"}, {"ar": "شهادة", "fr": "Attestation", "zgh": "ⵜⴰⵎⴰⵏⵜ"}
    said = words(printed("certificate", administration=body, title=title, demo=False), tmp_path)
    assert said.index("ⴰⵙⵉⵜ") < said.index("Attestation") < said.index("ⵜⴰⵎⴰⵏⵜ")
    assert said.count("Commune") == 2, "the side without words shows the other"
    assert (said.count("ⴰⵙⵉⵜ"), said.count("ⵜⴰⵎⴰⵏⵜ")) == (1, 1)
    copied = printed("certified_copy", copied={"ar": "شهادة", "fr": "Diplôme", "zgh": "ⴰⵙⵉⵜ"})
    assert "Diplôme\nⴰⵙⵉⵜ" in words(copied, tmp_path)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the printed words")
@pytest.mark.parametrize("other", ["Fabrication de zellige", ""], ids=["the same in both", "in one alone"])
def test_what_was_written_in_one_language_stands_once(
    printed: Callable[..., bytes], tmp_path: Path, other: str
) -> None:
    activity = {"fr": "Fabrication de zellige", "ar": other}
    said = words(printed("neg_cert", activity=activity), tmp_path)
    assert said.count("Fabrication de zellige") == 1
    assert said.count("001234567000062") == 2, "a number reads alike from both sides"
    assert said.count("Youssef Bennani") == 1
    unknown = words(printed("birth_extract", father={"ar": "—", "fr": "—"}), tmp_path)
    assert unknown.count("—") == 2, "both sides say that there is none"


def test_marks_that_reverse_text_change_nothing(printed: Callable[..., bytes]) -> None:
    assert printed("neg_cert", certificate_no="\u202e12-34\u202c") == printed("neg_cert", certificate_no="12-34")


def test_control_characters_change_nothing(printed: Callable[..., bytes]) -> None:
    assert printed("neg_cert", certificate_no="12\x00\x1b34") == printed("neg_cert", certificate_no="1234")


def test_a_character_no_font_has_is_named_and_the_rest_of_the_text_is_not(printed: Callable[..., bytes]) -> None:
    with pytest.raises(NotRendered, match=r"^birth_extract: no font has U\+516C") as problem:
        printed("birth_extract", father={"fr": "Secret 公"})
    assert problem.value.characters == "公"
    assert "Secret" not in str(problem.value)
    assert problem.value.__cause__ is None
    assert problem.value.__suppress_context__


def test_a_missing_field_is_named(fonts: Path, moment: datetime) -> None:
    with pytest.raises(NotRendered, match=r"refusal: .*key"):
        render("refusal", {"administration": {"ar": "x", "fr": ""}}, moment=moment, fonts=fonts)


@pytest.mark.parametrize("template", ["nothing", "../layout", "/etc/passwd", ""])
def test_a_template_that_is_not_there_is_refused(fonts: Path, moment: datetime, template: str) -> None:
    with pytest.raises(NotRendered, match="no such template"):
        render(template, {}, moment=moment, fonts=fonts)


def test_fonts_of_the_machine_are_not_used(tmp_path: Path, moment: datetime) -> None:
    with pytest.raises(NotRendered):
        render("refusal", {}, moment=moment, fonts=tmp_path)


def test_many_threads_print_at_once(printed: Callable[..., bytes]) -> None:
    names = [f"Salma {number}" for number in range(16)]
    alone = [printed("birth_extract", father={"fr": name}) for name in names]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda name: printed("birth_extract", father={"fr": name}), names))
    assert together == alone


def test_any_moment_of_the_clock_will_do(fonts: Path, moment: datetime) -> None:
    paper = example("refusal")
    exact = render(paper.template, paper.data(), moment=moment, fonts=fonts)
    later = render(paper.template, paper.data(), moment=moment.replace(microsecond=123456), fonts=fonts)
    assert exact == later
