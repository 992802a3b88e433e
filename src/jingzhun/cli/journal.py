"""`jingzhun journal`: seal, publish, verify, prove and check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from django.utils.translation import gettext as _

from .files import Force, using, writing
from .output import Json, Refused, console, print_json, print_table, refusing, say, setup

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

    Example: jingzhun journal verify
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
        task = bar.add_task(_("Verifying the journal"), total=None)
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
        say(_result(verified, seconds))
    if not verified.ok:
        raise typer.Exit(1)


@app.command()
def seal(as_json: Json = False) -> None:
    """Give every entry that waits its place in the tree (`jingzhun serve` does so every few minutes).

    Example: jingzhun journal seal
    """
    setup()
    from jingzhun.journal.actions.sealing import seal
    from jingzhun.journal.queries import TreeDamaged

    with refusing(TreeDamaged):
        sealed = seal()
    root = sealed.root
    if as_json:
        print_json({"sealed": sealed.entries, "size": root.size if root else 0, "root": root.hex if root else None})
    else:
        say(_("%(count)s entries were sealed.") % {"count": sealed.entries})
        told = {"size": root.size, "root": root.hex} if root else {}
        say(_("The root of %(size)s entries is %(root)s.") % told if root else _("The journal is empty."))


@app.command()
def root(
    last: Annotated[int, typer.Option("--last", min=1, max=366, help="How many published roots to list.")] = 10,
    as_json: Json = False,
) -> None:
    """Show the newest root, the published ones, and the public key that their readers need.

    Example: jingzhun journal root --last 30
    """
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
        say(_("Nothing is sealed yet: `jingzhun journal seal` does."))
        return
    say(_("The root of %(size)s entries is %(root)s.") % {"size": newest.size, "root": newest.hex})
    print_table(
        (_("day"), _("entries"), _("root"), _("key")),
        ((r.day, r.size, f"{r.hex[:16]} …", r.key.number) for r in published),
    )
    for key in keys:
        say(_("Key %(number)s: %(key)s") % {"number": key.number, "key": key.vkey})


@app.command()
def prove(
    number: Annotated[int, typer.Argument(min=1, help="Number of the entry.")],
    size: Annotated[
        int | None,
        typer.Option(min=1, help="In the tree of this many entries. Default: the newest published root's."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the proof into this file.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Make the proof that an entry is in the journal: a JSON text with all that a stranger needs to check it.

    Example: jingzhun journal prove 4711 --out proof.json
    """
    setup()
    from jingzhun.journal.queries import NoProof, TreeDamaged, prove

    with refusing(NoProof, TreeDamaged):
        proof = prove(number, size)
    if out is None:
        print(proof.as_json(), end="")
        return
    with writing(out, replace=force) as file:
        file.write(proof.as_json().encode())
    if as_json:
        print_json({"file": out, "number": number, "position": proof.position, "size": proof.size})
        return
    told = {"file": out, "number": number, "size": proof.size}
    if proof.checkpoint:
        say(_("%(file)s: entry %(number)s is in a published root of %(size)s entries.") % told)
    else:
        say(_("%(file)s: entry %(number)s is in a root of %(size)s entries that is not published yet.") % told)


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

    Exit code 1 when it does not hold. Example: jingzhun journal check proof.json --key county.key
    """
    setup(database=False)
    from jingzhun.journal.rules.proofs import PROBLEMS, BadProof

    try:
        with using(file), refusing(BadProof):
            text = file.read_text(encoding="utf-8")
            trusted = Path(key).read_text(encoding="utf-8") if key and Path(key).is_file() else key
            checked = _check(text, trusted, listed.read_text(encoding="utf-8") if listed else None)
    except UnicodeDecodeError as error:
        raise Refused(_("%(file)s is not a proof or key: it is no text in UTF-8.") % {"file": file}) from error
    texts = [str(PROBLEMS[problem]) for problem in checked.problems]
    if as_json:
        print_json({"ok": not texts} | checked.facts | {"problems": checked.problems, "texts": texts})
    elif texts:
        say("\n".join([_("The proof does not hold."), *texts]))
    else:
        say(checked.shown)
        if not trusted:
            told = {"key": checked.facts["key"]}
            say(_("It was checked by the key in the file; compare it with the published one: %(key)s") % told)
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
    shown = _(
        "The proof holds: place %(position)s of the root of %(size)s entries that %(county)s signed (%(day)s) "
        "holds the leaf %(leaf)s. The number %(claimed_number)s is what the file says."
    ) % (facts | {"county": proof.key.split("+")[0], "day": facts["day"] or "–"})
    if proof.entry:
        shown += " " + _("The entry's fields give this leaf.")
    found = problems(proof, trusted)
    return _Checked(found if listed is None else found + _of_list(proof, listed), facts, shown)


def _check_growth(text: str, trusted: str) -> _Checked:
    from jingzhun.journal.rules.growth import growth_problems, read_growth

    growth = read_growth(text)
    sizes = {"old": _size(growth.old), "new": _size(growth.new)}
    shown = _("The proof holds: the root of %(new)s entries contains the root of %(old)s.") % sizes
    return _Checked(growth_problems(growth, trusted), sizes | {"key": growth.new_key}, shown)


def _of_list(proof: "Proof", listed: str) -> "list[Problem]":
    """Whether a notice's list gives the fingerprint in the proof's entry. Raises BadProof where it has none."""
    import json

    from jingzhun.journal.rules.proofs import BadProof, Problem
    from jingzhun.publicity.rules import list_digest

    values = proof.entry.get("values")
    digest = values.get("digest") if isinstance(values, dict) else None
    if digest is None:
        raise BadProof(_("The proof's entry tells of no list: take the proof of the entry that a notice's page names."))
    try:
        given = json.loads(listed)
    except (ValueError, RecursionError) as error:
        raise BadProof(_("The list is not the JSON of a notice's list: %(error)s") % {"error": error}) from error
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
    """Sign and publish the root of today, once a day (`jingzhun serve` does so by itself); prints the checkpoint.

    Example: jingzhun journal publish
    """
    setup()
    from jingzhun.journal.actions.publishing import NotPublished, publish
    from jingzhun.journal.queries import TreeDamaged

    with refusing(NotPublished, TreeDamaged):
        published = publish(new_key=new_key)
    if published is None:
        raise Refused(_("The journal has no entry yet: there is nothing to publish."))
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
    if not verified.ok:
        return _("The journal does not fit. %(fault)s") % {"fault": _reason(verified)}
    text = _(
        "The journal fits: %(entries)s entries (of which %(waiting)s wait for sealing), %(roots)s roots, "
        "%(published)s published ones, %(kept)s checkpoints kept outside the database, in %(seconds)s s."
    )
    names = ("entries", "waiting", "roots", "published", "kept")
    return text % ({name: getattr(verified, name) for name in names} | {"seconds": seconds})


def _reason(verified: "Verified") -> str:
    """What does not fit, in one sentence."""
    from jingzhun.journal.queries.faults import sentence

    return sentence(verified.fault) if verified.fault else ""
