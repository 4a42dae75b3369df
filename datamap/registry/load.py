"""Reads a register folder; every complaint names file, line and key. No Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from datamap.registry.first import FIRST
from datamap.registry.notices import NotDeclared, Words, written_out
from datamap.registry.portal_datasets import contradictions, inherited
from datamap.registry.promises import Said
from datamap.registry.schema import Register
from datamap.registry.systems import DataField, Dataset, Identifies, Match, System

_LISTS: Final = ("bases", "categories", "purposes", "sources", "notices")
# What the notice may quote of the facts that staff pages keep after the first load.
_QUOTED: Final = ("recipients", "contacts")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong, and where."""

    file: str
    line: int
    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.problem}"


class RegisterBroken(Exception):
    """The folder is no register; ``complaints`` say why."""

    def __init__(self, complaints: list[Complaint]) -> None:
        super().__init__("\n".join(map(str, complaints)))
        self.complaints = complaints


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    content: Any
    root: yaml.Node | None

    def place_of(self, keys: tuple[int | str, ...]) -> tuple[int, str]:
        """Return the line of the innermost known part of ``keys``, and those keys.

        What stands in no line and is not the last, as the name of a type that pydantic
        tried, is no key of the file's writer.
        """
        node, line, known = self.root, 1, []
        for place, key in enumerate(keys, start=1):
            child, at = _child(node, key)
            if child is not None:
                node, line = child, at
            if child is not None or place == len(keys):
                known.append(str(key))
        return line, ".".join(known) or "-"


class _Loader(yaml.CSafeLoader):
    """YAML where a key written twice is an error: the first one would be lost."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 (PyYAML's signature)
    ) -> Any:
        seen: set[str] = set()
        for name, _ in node.value:
            if name.value in seen:
                raise DuplicateKey(name.value, name.start_mark.line + 1)
            seen.add(name.value)
        return super().construct_mapping(node, deep)


class DuplicateKey(Exception):
    """A key stands twice in one mapping."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


def _child(node: yaml.Node | None, key: int | str) -> tuple[yaml.Node | None, int]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return value, name.start_mark.line + 1
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if isinstance(key, int) and key < len(items):
        return items[key], items[key].start_mark.line + 1
    return None, 1


def load_register(folder: Path) -> Register:
    """Return the register in ``folder``. Raises RegisterBroken."""
    files = {name: _read(folder / f"{name}.yaml") for name in ("controller", "portal")}
    files |= {name: _read(folder / f"{name}.yaml") for name in _LISTS}
    systems = [_read(path) for path in _system_files(folder / "systems")]
    raw: dict[str, Any] = {name: files[name].content or [] for name in _LISTS}
    raw["notices"] = _written_out(folder, raw, files["notices"])
    raw["promises"] = files["controller"].content
    raw["portal"] = files["portal"].content
    raw["systems"] = [inherited(file.content, raw["portal"]) for file in systems]
    try:
        register = Register.model_validate(raw)
    except ValidationError as error:
        raise RegisterBroken(
            [_complaint(problem, files, systems) for problem in error.errors()]
        ) from error
    complaints = list(_cross_check(register, systems))
    complaints += _altered_notices(register, files["notices"])
    complaints += _silent_notices(register, files["notices"])
    if complaints:
        raise RegisterBroken(complaints)
    return register


def _system_files(folder: Path) -> list[Path]:
    """Return the systems' files. Raises RegisterBroken for one left out."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.suffix != ".yaml" and not path.name.startswith("."):
            raise RegisterBroken(
                [Complaint(str(path), 1, "-", "only files named *.yaml are read here")]
            )
    return sorted(folder.glob("*.yaml"))


def load_first(folder: Path, name: str) -> Any:
    """Return what staff pages own after the first load. Raises RegisterBroken."""
    file = _read(folder / "first" / f"{name}.yaml")
    model = FIRST[name]
    try:
        return model.validate_python(file.content)
    except ValidationError as error:
        raise RegisterBroken(
            [_located(file, tuple(p["loc"]), _words(p)) for p in error.errors()]
        ) from error


def _read(path: Path) -> _File:
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
        root = loader.get_single_node()
        return _File(path, root and loader.construct_document(root), root)
    except OSError as error:
        complaint = Complaint(str(path), 1, "-", f"cannot be read ({error.strerror})")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        complaint = Complaint(str(path), line, "-", "is not written in UTF-8")
    except DuplicateKey as error:
        complaint = Complaint(str(path), error.line, error.key, "stands here twice")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        complaint = Complaint(str(path), line, "-", f"is no YAML: {error.problem}")
    except yaml.YAMLError as error:
        complaint = Complaint(str(path), 1, "-", f"is no YAML: {error}")
    raise RegisterBroken([complaint])


def _complaint(
    problem: Mapping[str, Any], files: Mapping[str, _File], systems: list[_File]
) -> Complaint:
    part, *rest = problem["loc"]
    if part == "systems" and rest:
        file, rest = systems[rest[0]], rest[1:]
    else:
        file = files["controller" if part == "promises" else part]
    return _located(file, tuple(rest), _words(problem))


def _words(problem: Mapping[str, Any]) -> str:
    if problem["type"] == "extra_forbidden":
        return "is no word that the register knows here"
    if problem["type"] == "missing":
        return "is missing"
    return str(problem["msg"]).removeprefix("Value error, ")


def _located(file: _File, keys: tuple[int | str, ...], message: str) -> Complaint:
    line, key = file.place_of(keys)
    return Complaint(str(file.path), line, key, message)


def _written_out(folder: Path, raw: Mapping[str, Any], file: _File) -> list[Any]:
    """Return the notices with what they name. Raises RegisterBroken."""
    first = {name: load_first(folder, name) for name in _QUOTED}
    recipients = [recipient.model_dump() for recipient in first["recipients"]]
    lists = {name: _entries(raw[name]) for name in _LISTS if name != "notices"}
    words = Words({**lists, "recipients": recipients}, first["contacts"])
    try:
        return written_out(raw["notices"], words)
    except NotDeclared as error:
        raise RegisterBroken([_located(file, error.at, str(error))]) from error


def _entries(raw: Any) -> list[Any]:
    """Return what has the shape of an entry; the schema complains of the rest."""
    return (
        [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
    )


def _altered_notices(register: Register, file: _File) -> Iterator[Complaint]:
    """Yield the published notices whose words are no longer those published (C29)."""
    for place, notice in enumerate(register.notices):
        if notice.sha256 and notice.sha256 != notice.digest():
            yield _located(
                file,
                (place, "sha256"),
                f"version {notice.version} is published and its words have changed, "
                "here or in an entry it quotes: put them back, or draft a new version "
                f"(the text's digest is now {notice.digest()})",
            )


def _silent_notices(register: Register, file: _File) -> Iterator[Complaint]:
    """Yield the notices that lack a paragraph which answers repeat (Article 15)."""
    for place, notice in enumerate(register.notices):
        if missing := sorted(set(Said) - set(notice.said)):
            yield _located(
                file,
                (place, "sections"),
                f"version {notice.version} has no paragraph with the code "
                f"{', '.join(missing)}",
            )


def _cross_check(register: Register, files: list[_File]) -> Iterator[Complaint]:
    """Yield what the files say of each other that is not so."""
    by_id: dict[str, _File] = {}
    for system, file in zip(register.systems, files, strict=True):
        if former := by_id.get(system.id):
            yield _located(
                file, ("system",), f"{system.id!r} is declared in {former.path} too"
            )
        by_id[system.id] = file
    for system, file in zip(register.systems, files, strict=True):
        if system.location not in register.promises.storage_locations:
            yield _located(
                file,
                ("location",),
                f"{system.location} is outside the storage promise "
                f"({', '.join(register.promises.storage_locations)})",
            )
        for dataset in system.datasets.values():
            for keys, problem in _dataset_problems(register, dataset):
                yield _located(file, ("datasets", dataset.id, *keys), problem)
            for keys, problem in _unnamed(system, dataset):
                yield _located(file, ("datasets", dataset.id, *keys), problem)


def _dataset_problems(
    register: Register, dataset: Dataset
) -> Iterator[tuple[tuple[str, ...], str]]:
    fields = dict(dataset.declared)
    if dataset.fields == "all":
        fields["*"] = dataset.default_field
    for name, field in fields.items():
        for problem in _field_problems(register, field):
            yield ("fields", name), problem
    sources = {source.code for source in register.sources}
    if dataset.source and dataset.source not in sources:
        yield ("source",), f"no source {dataset.source!r} is declared"
    yield from contradictions(register.portal, dataset)
    for keys in _read_secrets(dataset):
        yield keys, "a secret is never read (D3): it cannot be read for this either"
    if not dataset.find_by:
        yield ("find_by",), "nobody can be found here without an identifier"
    for keys, match in _contacts_by_another_name(dataset):
        yield (
            keys,
            (
                f"a person's value compared as `{match}` is called `{match}`: what a "
                "row teaches of it waits until somebody says whose it is (D1)"
            ),
        )


def _contacts_by_another_name(
    dataset: Dataset,
) -> Iterator[tuple[tuple[str, ...], Match]]:
    """Yield each address or number of a person that would pass for a system's own."""
    for place, columns in (("find_by", dataset.find_by), ("yields", dataset.yields)):
        for kind, column in columns.items():
            match = column.matching(kind)
            if column.identifies is not Identifies.PERSON or match == kind:
                continue
            if match in {Match.EMAIL, Match.PHONE}:
                yield (place, kind), match


def _unnamed(system: System, dataset: Dataset) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what keeps people from seeing to which row another one belongs."""
    shown = {name for name, field in dataset.declared.items() if not field.secret}
    for name in sorted(set(dataset.names) - shown):
        yield ("names",), f"{name!r} is no field that is shown"
    for name, field in dataset.declared.items():
        if not field.row_of:
            continue
        other = system.datasets.get(field.row_of)
        if other is None or not other.names:
            yield (
                ("fields", name, "row_of"),
                f"no dataset {field.row_of!r} of this system says its `names`",
            )
        elif len(other.key) != 1 or other.key[0] not in other.declared:
            yield (
                ("fields", name, "row_of"),
                f"the key of {field.row_of!r} must be one column, and a field of it",
            )


def _read_secrets(dataset: Dataset) -> Iterator[tuple[str, ...]]:
    """Yield each place that would have the connector read a secret."""
    fields = dataset.declared
    secrets = {name for name, field in fields.items() if field.secret}
    spots: dict[tuple[str, ...], tuple[str, ...]]
    spots = {("find_by", kind): spot.column for kind, spot in dataset.find_by.items()}
    spots |= {("yields", kind): spot.column for kind, spot in dataset.yields.items()}
    reads: dict[tuple[str, ...], tuple[str, ...]] = {
        ("key",): dataset.key,
        **spots,
        ("held_for",): (dataset.held_for,),
        ("source_column",): (dataset.source_column,),
        **{("fields", n, "held_since"): (f.held_since,) for n, f in fields.items()},
    }
    yield from (keys for keys, columns in reads.items() if secrets & set(columns))


def _field_problems(register: Register, field: DataField) -> Iterator[str]:
    if field.category not in {category.code for category in register.categories}:
        yield f"no category {field.category!r} is declared"
    if not field.purposes:
        yield "a field needs at least one purpose"
    declared = {purpose.code for purpose in register.purposes}
    for purpose in field.purposes:
        if purpose not in declared:
            yield f"no purpose {purpose!r} is declared"
