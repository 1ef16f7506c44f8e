"""A prompt as clauses: tagged words, cut where order, simultaneity or punctuation cuts, each with its step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from stillreel.motion.quantities import Quantity, When, find_quantity, find_when
from stillreel.motion.vocabulary import Entry, Vocabulary
from stillreel.motion.words import Token, tokenise

__all__ = ["MOST_TOKENS", "NOUNS", "Clause", "Item", "cut", "tag"]

NOUNS = frozenset(
    [
        "camera",
        "wind",
        "person",
        "head",
        "eyes",
        "mouth",
        "chest",
        "body",
        "hand",
        "product",
        "object",
        "scenery",
        "thing",
        "mood_head",
        "unknown_noun",
    ]
)
_BREAKS = frozenset(["then", "first", "before", "after", "together"])
_TIMING = frozenset(["when", "end", "filler", "determiner", "preposition", "number"])
_HEADS = frozenset(["verb", "wind", "still"])
MOST_TOKENS = 500  # twice what the longest prompt in plain English needs
_LONGEST = 22  # phrases; nobody speaks a longer clause, and a bound keeps hostile prompts cheap
_UNKNOWN = Entry("unknown")


@dataclass(frozen=True)
class Item:
    """One tagged phrase of the prompt."""

    role: str
    name: str
    entry: Entry
    text: str  # as read, lower case
    start: int  # characters
    end: int
    when: When | None = None
    quantity: Quantity | None = None

    @property
    def is_third_person(self) -> bool:
        return self.text.endswith("s")


@dataclass
class Clause:
    """Items between two cuts. `link` is what stands before it; `step` counts what comes after what."""

    items: list[Item] = field(default_factory=list)
    link: str = ""  # "", comma, stop, colon, and, or, then, together
    step: int = 0
    denied: bool = False  # under a negation that began in an earlier clause

    @property
    def roles(self) -> set[str]:
        return {item.role for item in self.items}

    @property
    def has_head(self) -> bool:
        """A verb, wind, stillness, or a thing whose name alone asks for motion."""
        return any(item.role in _HEADS or (item.role == "thing" and item.entry.moving) for item in self.items)


def tag(text: str, words: Vocabulary) -> tuple[list[Item], list[tuple[str, str]]]:
    """Every token of a cleaned text in one Item, longest phrase first; and the slips that were read as known words."""
    tokens, items, respelled, at = tokenise(text)[:MOST_TOKENS], [], [], 0
    while at < len(tokens):
        item, length, slips = _next(tokens, at, words)
        items.append(item)
        respelled.extend(slips)
        at += length
    return items, respelled


def _next(tokens: list[Token], at: int, words: Vocabulary) -> tuple[Item, int, tuple[tuple[str, str], ...]]:
    timed = find_when(tokens, at)
    if timed:
        return replace(_item(tokens, at, timed[1], Entry("when")), when=timed[0]), timed[1], ()
    found = words.longest(tokens, at)
    measured = find_quantity(tokens, at)
    if measured and (found is None or found.length <= measured[1]):
        return (
            replace(_item(tokens, at, measured[1], Entry("quantity")), quantity=measured[0]),
            measured[1],
            (),
        )
    if found:
        item = _item(tokens, at, found.length, found.entry)
        if found.respelled:
            meant = dict(found.respelled)
            item = replace(item, text=" ".join(meant.get(word, word) for word in item.text.split(" ")))
        return item, found.length, found.respelled
    if tokens[at].kind == "mark":
        return _item(tokens, at, 1, Entry("mark")), 1, ()
    return _item(tokens, at, 1, Entry("number") if tokens[at].kind == "number" else _UNKNOWN), 1, ()


def _item(tokens: list[Token], at: int, length: int, entry: Entry) -> Item:
    part = tokens[at : at + length]
    text = " ".join(token.text for token in part)
    return Item(entry.role, entry.name, entry, text, part[0].start, part[-1].end)


_MARKS = {
    ",": "comma",
    ":": "colon",
    "-": "comma",
    "(": "comma",
    ")": "comma",
    "•": "stop",
    "|": "comma",
    "/": "comma",
}


def cut(items: list[Item]) -> list[Clause]:
    """Clauses in the order in which they happen, steps numbered from 0."""
    return _ordered(_deny_lists(_split_weak(_split_strong(items))))


def _split_strong(items: list[Item]) -> list[Clause]:
    clauses = [Clause()]
    for place, item in enumerate(items):
        link = _strong_link(item, place, items)
        if link is None:
            if len(clauses[-1].items) >= _LONGEST:
                clauses.append(Clause(link="comma"))
            clauses[-1].items.append(item)
        elif clauses[-1].items:
            clauses.append(Clause(link=link))
        else:
            clauses[-1].link = _stronger(clauses[-1].link, link)
    return _lead_ins([clause for clause in clauses if clause.items])


def _lead_ins(clauses: list[Clause]) -> list[Clause]:
    """A clause that only says when ("at the end,", "0-2 s:") belongs to the one that follows."""
    joined: list[Clause] = []
    for clause in clauses:
        last = joined[-1] if joined else None
        if last and last.roles <= _TIMING and last.roles & {"when", "end"}:
            clause.items, clause.link = last.items + clause.items, last.link
            joined[-1] = clause
        else:
            joined.append(clause)
    return joined


def _strong_link(item: Item, place: int, items: list[Item]) -> str | None:
    if item.role == "mark" and item.text not in '%°"+&':
        return _MARKS.get(item.text, "stop")
    if item.role in _BREAKS:
        return item.role
    starts = place == 0 or items[place - 1].role == "mark" or _numbered(items, place)
    if (
        item.role == "number"
        and starts
        and place + 1 < len(items)
        and items[place + 1].text in (".", ")", ":")
    ):
        return "then"  # a numbered list
    return None


def _numbered(items: list[Item], place: int) -> bool:
    """ "1) slide 2) stop": a digit with a bracket that nothing opened."""
    closes = [item.text for item in items[place + 1 : place + 2]] == [")"]
    return (
        closes
        and len(items[place].text) == 1
        and "(" not in [one.text for one in items[max(place - 12, 0) : place]]
    )


def _stronger(one: str, other: str) -> str:
    order = ("", "comma", "colon", "stop", "together", "first", "before", "after", "then")
    return max(one, other, key=lambda link: order.index(link) if link in order else 0)


def _split_weak(clauses: list[Clause]) -> list[Clause]:
    """`and` and `with` cut only where both sides have a head of their own."""
    done: list[Clause] = []
    for clause in clauses:
        part = Clause(link=clause.link)
        for place, item in enumerate(clause.items):
            rest = Clause(clause.items[place + 1 :])
            named = item.role == "only" and "thing" in rest.roles  # "no zooming, just the fire"
            cuts = item.role in ("and", "or", "only") and part.has_head and (rest.has_head or named)
            if cuts and _opens_a_clause(rest):
                done.append(part)
                link = "but" if item.text == "but" else item.role
                part = Clause([item], "comma") if item.role == "only" else Clause(link=link)
            else:
                part.items.append(item)
        done.append(part)
    return done


def _opens_a_clause(rest: Clause) -> bool:
    """False where what follows still belongs to the words before: "hair and dress sway", "in and out"."""
    first = next(
        (item.role for item in rest.items if item.role not in ("determiner", "amount", "filler")), ""
    )
    return first not in ("direction", "near")


def _deny_lists(clauses: list[Clause]) -> list[Clause]:
    """ "no pan, tilt or zoom" and "no panning and zooming": the negation reaches over the list."""
    for place, clause in enumerate(clauses):
        if "negation" not in clause.roles:
            continue
        follow = place + 1
        while (
            follow < len(clauses)
            and clauses[follow].link in ("comma", "and", "or")
            and _bare(clauses[follow])
        ):
            follow += 1
        reached = clauses[place + 1 : follow]
        if any(one.link in ("or", "and") for one in reached):
            for one in reached:
                one.denied = True
    return clauses


def _bare(clause: Clause) -> bool:
    """Only names of movement: no subject, direction, amount or negation of its own."""
    return clause.has_head and not clause.roles - {"verb", "filler", "determiner", "camera", "or", "and"}


def _ordered(clauses: list[Clause]) -> list[Clause]:
    """Number the steps. `then` opens one once something has happened; `B after A`, `before B, A` are turned round."""
    clauses = _turned(clauses)
    step, happened = 0, False
    for clause in clauses:
        if clause.link == "then" and happened:
            step, happened = step + 1, False
        clause.step = (
            -1 if clause.link == "first" and happened else step
        )  # "end on a tilt, but begin with a pan"
        happened = happened or clause.has_head or bool(clause.roles & {"keep", "direction", "near"})
    late = [clause for clause in clauses if "end" in clause.roles]
    if len(late) < len(clauses):
        for clause in late:
            clause.step = step + 1
    return sorted(clauses, key=lambda clause: clause.step)


def _turned(clauses: list[Clause]) -> list[Clause]:
    turned: list[Clause] = []
    place = 0
    while place < len(clauses):
        clause, following = clauses[place], clauses[place + 1 : place + 2]
        if clause.link == "before" and not turned and following:
            clause.link, following[0].link = "then", ""
            turned += [following[0], clause]
            place += 2
            continue
        if clause.link == "before":
            clause.link = "then"
        elif clause.link == "after" and turned and turned[-1].has_head and clause.has_head:
            clause.link, turned[-1].link = turned[-1].link, "then"
            turned.insert(len(turned) - 1, clause)
            place += 1
            continue
        elif clause.link == "after" and following:
            following[0].link = "then"
        turned.append(clause)
        place += 1
    return turned
