"""`jingzhun journal`: seal, publish, verify, prove and check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from .files import writing
from .output import Json, Refused, console, print_json, print_table, refusing, setup

if TYPE_CHECKING:
    from jingzhun.journal.models import PublishedRoot
    from jingzhun.journal.queries import Verified
    from jingzhun.journal.rules.proofs import Problem, Proof

app = typer.Typer(no_args_is_help=True, help="The journal of decisions: seal, publish, verify, prove, check.")


@app.command("verify")
def verify_(
    trust_stored_keys: Annotated[
        bool,
        typer.Option("--trust-stored-keys", help="Take the newest key in the database for good, without its own here."),
    ] = False,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(help="A checkpoint that somebody kept (the website's signed text); may be given again."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute every entry, the tree, all roots and signatures; name the first entry that does not fit.

    Also compares the checkpoints kept in var/checkpoints. Exit code 1 when anything does not fit.
    """
    setup()
    import time

    from rich.progress import Progress

    from jingzhun.journal.queries import verify
    from jingzhun.journal.queries.kept import kept_files, read_kept

    with refusing(OSError):
        kept = read_kept([*kept_files(), *(checkpoint or ())])
    begin = time.perf_counter()
    with Progress(console=console, transient=True, disable=as_json) as bar:
        task = bar.add_task("Verifying", total=None)
        verified = verify(
            lambda done, total: bar.update(task, completed=done, total=total),
            trust_stored_keys=trust_stored_keys,
            checkpoints=kept,
        )
    seconds = round(time.perf_counter() - begin, 2)
    if as_json:
        counts = {name: getattr(verified, name) for name in ("ok", "entries", "waiting", "roots", "published", "kept")}
        fault = verified.fault.as_dict() | {"text": _reason(verified)} if verified.fault else None
        print_json(counts | {"seconds": seconds, "fault": fault})
    else:
        console.print(_result(verified, seconds), soft_wrap=True, highlight=False)
    if not verified.ok:
        raise typer.Exit(1)


@app.command()
def seal(as_json: Json = False) -> None:
    """Give every entry that waits its place in the tree (`jingzhun serve` does so every few minutes)."""
    setup()
    from jingzhun.journal.actions.sealing import seal
    from jingzhun.journal.queries import TreeDamaged

    with refusing(TreeDamaged):
        sealed = seal()
    root = sealed.root
    if as_json:
        print_json({"sealed": sealed.entries, "size": root.size if root else 0, "root": root.hex if root else None})
    else:
        since = f"the root of {root.size} entries is {root.hex}" if root else "the journal is empty"
        console.print(f"{sealed.entries} entries were sealed; {since}.", soft_wrap=True, highlight=False)


@app.command()
def root(
    last: Annotated[int, typer.Option("--last", min=1, max=366, help="How many published roots to list.")] = 10,
    as_json: Json = False,
) -> None:
    """Show the newest root, the published ones, and the public key that their readers need."""
    setup()
    from jingzhun.journal.queries import public_keys, published_roots
    from jingzhun.journal.queries.tree import head

    newest, published, keys = head(), published_roots(last), public_keys()
    if as_json:
        told = {"size": newest.size, "root": newest.hex, "sealed_at": newest.sealed_at} if newest else None
        print_json(
            {"newest": told, "keys": [key.vkey for key in keys], "published": [_published(each) for each in published]}
        )
        return
    if newest is None:
        console.print("Nothing is sealed yet.")
        return
    console.print(f"{newest.size} entries, root {newest.hex}", soft_wrap=True, highlight=False)
    print_table(
        ("day", "entries", "root", "key"), ((r.day, r.size, f"{r.hex[:16]} …", r.key.number) for r in published)
    )
    for key in keys:
        console.print(f"Key {key.number}: {key.vkey}", soft_wrap=True, highlight=False)


@app.command()
def prove(
    number: Annotated[int, typer.Argument(min=1, help="Number of the entry.")],
    size: Annotated[
        int | None,
        typer.Option(min=1, help="In the tree of this many entries. Default: the newest published root's."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the proof into this file.")] = None,
    as_json: Json = False,
) -> None:
    """Make the proof that an entry is in the journal: a JSON text with all that a stranger needs to check it."""
    setup()
    from jingzhun.journal.queries import NoProof, TreeDamaged, prove

    with refusing(NoProof, TreeDamaged):
        proof = prove(number, size)
    if out is None:
        print(proof.as_json(), end="")
        return
    with refusing(OSError), writing(out) as file:
        file.write(proof.as_json().encode())
    if as_json:
        print_json({"file": out, "number": number, "position": proof.position, "size": proof.size})
        return
    signed = "a published root" if proof.checkpoint else "a root that is not published yet"
    console.print(f"{out}: entry {number} is in {signed} of {proof.size} entries.", soft_wrap=True, highlight=False)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A proof that `jingzhun journal prove` or the public website made.")],
    key: Annotated[
        str, typer.Option(help="The journal's public key as the county publishes it (name+number+key), or its file.")
    ] = "",
    listed: Annotated[
        Path | None,
        typer.Option(
            "--list", help="A notice's list (list.json of the website): is it the one that the entry tells of?"
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a proof (of an entry, or that a root contains an earlier one) without any database.

    Exit code 1 when it does not hold.
    """
    setup(database=False)
    from django.utils import translation

    from jingzhun.journal.rules.proofs import PROBLEMS, BadProof

    with refusing(BadProof, OSError, UnicodeDecodeError):
        text = file.read_text(encoding="utf-8")
        trusted = Path(key).read_text(encoding="utf-8") if key and Path(key).is_file() else key
        checked = _check(text, trusted, listed.read_text(encoding="utf-8") if listed else None)
    with translation.override("en"):
        texts = [str(PROBLEMS[problem]) for problem in checked.problems]
    if as_json:
        print_json({"ok": not texts} | checked.facts | {"problems": checked.problems, "texts": texts})
    elif texts:
        console.print("\n".join(["The proof does not hold.", *texts]), soft_wrap=True, highlight=False)
    else:
        console.print(f"The proof holds: {checked.shown}.", soft_wrap=True, highlight=False)
        if not trusted:
            told = "It was checked by the key in the file; compare it with the published one:"
            console.print(f"{told} {checked.facts['key']}", soft_wrap=True, highlight=False)
    if texts:
        raise typer.Exit(1)


class _Checked(NamedTuple):
    problems: "list[Problem]"
    facts: dict[str, Any]
    shown: str


def _check(text: str, trusted: str, listed: str | None) -> _Checked:
    """Check whichever proof a file is, and the list that its entry tells of. Raises BadProof."""
    from jingzhun.journal.rules.growth import is_growth
    from jingzhun.journal.rules.proofs import problems, read_proof

    if is_growth(text):
        return _check_growth(text, trusted)
    proof = read_proof(text)
    facts = {name: getattr(proof, name) for name in ("position", "size", "key")}
    facts |= {"leaf": proof.leaf.hex(), "claimed_number": proof.number, "day": _day(proof.checkpoint)}
    shown = (
        f"place {proof.position} of the root of {proof.size} entries that {proof.key.split('+')[0]} signed"
        f"{' for ' + facts['day'] if facts['day'] else ''} holds the leaf {facts['leaf']}"
        f"{', and the fields give this leaf' if proof.entry else ''} (number {proof.number} is what the file says)"
    )
    found = problems(proof, trusted)
    return _Checked(found if listed is None else found + _of_list(proof, listed), facts, shown)


def _check_growth(text: str, trusted: str) -> _Checked:
    from jingzhun.journal.rules.growth import growth_problems, read_growth

    growth = read_growth(text)
    sizes = {"old": _size(growth.old), "new": _size(growth.new)}
    shown = f"the root of {sizes['new']} entries contains the root of {sizes['old']}"
    return _Checked(growth_problems(growth, trusted), sizes | {"key": growth.new_key}, shown)


def _of_list(proof: "Proof", listed: str) -> "list[Problem]":
    """Whether a notice's list gives the fingerprint in the proof's entry. Raises BadProof where it has none."""
    import json

    from jingzhun.journal.rules.proofs import BadProof, Problem
    from jingzhun.publicity.rules import list_digest

    values = proof.entry.get("values")
    digest = values.get("digest") if isinstance(values, dict) else None
    if digest is None:
        raise BadProof("the proof's entry tells of no list: take the proof of the entry that a notice's page names")
    try:
        given = json.loads(listed)
    except (ValueError, RecursionError) as error:
        raise BadProof(f"the list is not the JSON of a notice's list: {error}") from error
    return [] if isinstance(given, list) and list_digest(given) == digest else [Problem.LIST]


def _size(checkpoint: str) -> int | None:
    from jingzhun.journal.rules import notes

    try:
        return notes.read(checkpoint).size
    except notes.BadNote:
        return None


def _day(checkpoint: str) -> str:
    from jingzhun.journal.rules import notes

    try:
        return notes.read(checkpoint).day
    except notes.BadNote:
        return ""


@app.command()
def publish(
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Let this installation's key take over from the one that signed so far.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Sign and publish the root of today, once a day (`jingzhun serve` does so by itself); prints the checkpoint."""
    setup()
    from jingzhun.journal.actions.publishing import NotPublished, publish
    from jingzhun.journal.queries import TreeDamaged

    with refusing(NotPublished, TreeDamaged):
        published = publish(new_key=new_key)
    if published is None:
        raise Refused("The journal has no entry yet: there is nothing to publish.")
    if as_json:
        print_json(_published(published))
    else:
        print(published.text, end="")


def _published(published: "PublishedRoot") -> dict[str, Any]:
    return {
        "day": published.day,
        "size": published.size,
        "root": published.hex,
        "key": published.key.vkey,
        "published_at": published.published_at,
        "checkpoint": published.text,
    }


def _result(verified: "Verified", seconds: float) -> str:
    if verified.ok:
        return (
            f"The journal fits: {verified.entries} entries (of which {verified.waiting} wait for sealing), "
            f"{verified.roots} roots, {verified.published} published ones, {verified.kept} checkpoints kept outside "
            f"the database, in {seconds} s."
        )
    return f"The journal does not fit. {_reason(verified)}"


def _reason(verified: "Verified") -> str:
    """What does not fit, in one sentence."""
    from django.utils import translation

    from jingzhun.journal.queries.faults import sentence

    with translation.override("en"):
        return sentence(verified.fault) if verified.fault else ""
