"""A run as JUnit XML, in which CI systems show failing questions and thresholds by name."""

import re
from pathlib import Path
from xml.etree import ElementTree

from ..errors import EvaluationUsageError
from .report import Report

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(report: Report, path: Path) -> None:
    """Writes the file. Raises EvaluationUsageError where it cannot be written."""
    tree = ElementTree.ElementTree(junit(report))
    ElementTree.indent(tree)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tree.write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise EvaluationUsageError(f"{path} cannot be written ({error.strerror}). Choose another with --junit.") from error


def junit(report: Report) -> ElementTree.Element:
    """A suite of the thresholds and one of the questions; a question fails where it has faults."""
    root = ElementTree.Element("testsuites", name="quoth evaluate")
    gates = ElementTree.SubElement(root, "testsuite", name="thresholds")
    for gate in report["gates"]:
        case = _case(gates, gate["name"], "thresholds", 0.0)
        _fail(case, [] if gate["passed"] else [gate["told"]])
    questions = ElementTree.SubElement(root, "testsuite", name=_clean(report["set"]))
    for one in report["outcomes"]:
        said = f"asked: {one['question']}\nanswer: {one['text']}"
        group = one["tags"][0] if one["tags"] else "questions"
        case = _case(questions, f"{one['id']}: {one['question']}", group, one["seconds"])
        _fail(case, one["faults"], said)
    for suite in (gates, questions):
        cases = list(suite)
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("errors", "0")
        suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    return root


def _case(suite: ElementTree.Element, name: str, group: str, seconds: float) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", name=_clean(name), classname=_clean(group), time=f"{seconds:.3f}")


def _fail(case: ElementTree.Element, faults: list[str], said: str = "") -> None:
    if faults:
        failure = ElementTree.SubElement(case, "failure", message=_clean(faults[0]), type="failure")
        failure.text = _clean("\n".join([*faults, said]).rstrip())


def _clean(text: str) -> str:
    """Without the characters that XML 1.0 does not allow."""
    return _NOT_XML.sub("\ufffd", text)
