"""Signals of bank flows: money that passes through, goes round, is dressed up or misused."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile
from statistics import median

from workbench.models.evidence.claim import Citation
from workbench.models.finance.display import rounded, said
from workbench.models.finance.ledger.entry import Entry, Ledger
from workbench.models.finance.ledger.summary import by_party, income_of, is_trade
from workbench.models.finance.signal import Signal, bounds_of, fired, signal_rule

_SHOWN = 6
_RUNNING = 3
"""From so many other receipts on, a party is one of running trade."""
_NO_TRADE_PARTY = ("银行", "国库", "税务", "信用社", "财政", "社会保险", "公积金", "本单位", "待清算")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who the ledger is about. ``names``: the borrower and its own accounts; ``related``: persons and companies
    related to it; ``applied``: the day of the application; ``sales``: invoiced (or reported) sales of the span
    ``sales_from`` to ``sales_to`` (both days counted), in yuan; both with the places that tell them.
    """

    names: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    applied: date | None = None
    sales: Decimal | None = None
    sales_from: date | None = None
    sales_to: date | None = None
    sales_citations: tuple[Citation, ...] = ()
    applied_citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class _View:
    """What every rule looks at."""

    ledger: Ledger
    subject: Subject
    own: tuple[str, ...]
    by_day: Mapping[date, list[Entry]]
    usual: Decimal
    """The median of trade receipts."""

    def related(self, party: str) -> bool:
        return bool(party) and any(
            name and (name == party or (len(name) > 3 and name in party)) for name in self.subject.related
        )

    def trade(self, entry: Entry) -> bool:
        return is_trade(entry, self.own) and not any(word in entry.party for word in _NO_TRADE_PARTY)


Bounds = Mapping[str, Decimal]
Found = Iterator[Signal]


def flow_signals(
    ledger: Ledger,
    subject: Subject | None = None,
    *,
    thresholds: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> tuple[Signal, ...]:
    """Every signal of the flows, in the order of the rules. ``thresholds``: a bank's own, by signal id."""
    about = subject or Subject()
    own = tuple(dict.fromkeys((*about.names, *ledger.holders)))
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in ledger.entries:
        days[entry.day].append(entry)
    receipts = [e.amount for e in ledger.entries if e.amount > 0 and is_trade(e, own)]
    view = _View(ledger, about, own, days, Decimal(median(receipts)) if receipts else Decimal(0))
    found: list[Signal] = []
    for identity, rule in _RULES.items():
        found += rule(view, bounds_of(signal_rule(identity), thresholds))
    return tuple(found)


def _money(value: Decimal) -> str:
    return said(value, "元")


def _span(ledger: Ledger) -> str:
    return f"{ledger.first}/{ledger.last}" if ledger.entries else ""


def _cited(entries: Iterable[Entry]) -> tuple[Citation, ...]:
    return tuple(e.citation for e in entries)


def _is_round(value: Decimal, unit: Decimal = Decimal(10000)) -> bool:
    return value % unit == 0


def _sales(view: _View, bounds: Bounds) -> Found:
    """S21: what customers paid, against what was invoiced over the same days."""
    subject, ledger = view.subject, view.ledger
    if not subject.sales or not subject.sales_from or not subject.sales_to or ledger.first is None:
        return
    assert ledger.last is not None
    first, last = max(subject.sales_from, ledger.first.replace(day=1)), min(subject.sales_to, ledger.last)
    days = (last - first).days + 1
    if days < 28:
        return
    whole = (subject.sales_to - subject.sales_from).days + 1
    covered = days if days < whole - 31 else whole
    sales = subject.sales * covered / whole
    receipts = [e for e in ledger.entries if first <= e.day <= last and e.amount > 0 and view.trade(e)]
    received = income_of(receipts)
    share = received / sales
    if share < bounds["下限"]:
        values = {
            "销售额": _money(sales),
            "回款": _money(received),
            "回款率": said(share * 100, "%"),
            "下限": said(bounds["下限"] * 100, "%"),
        }
        largest = sorted(receipts, key=lambda e: -e.amount)[:_SHOWN]
        yield fired("S21", f"{first}/{last}", values, (*subject.sales_citations, *_cited(largest)), bounds)


def _striking(view: _View, a: Entry, b: Entry, bounds: Bounds) -> bool:
    """Whether two like amounts are more than chance: equal, round, or far above what is usual."""
    equal = a.size == b.size
    both_round = _is_round(a.size) and _is_round(b.size, Decimal(100))
    return equal or both_round or (view.usual > 0 and a.size >= view.usual * bounds["大额倍数"])


def _same_day(view: _View, bounds: Bounds) -> Found:
    """S22a: what came in from one party went out to another on the same day, again and again."""
    pairs: dict[tuple[str, str], list[tuple[Entry, Entry]]] = defaultdict(list)
    for entries in view.by_day.values():
        came = [e for e in entries if e.amount >= bounds["金额线"] and view.trade(e)]
        went = [
            e for e in entries if -e.amount >= bounds["金额线"] and view.trade(e) and e.kind not in ("wages", "tax")
        ]
        for a in came:
            for b in went:
                if abs(a.size - b.size) <= a.size * bounds["容差"] and _striking(view, a, b, bounds):
                    pairs[a.party, b.party].append((a, b))
    for (payer, payee), found in pairs.items():
        if len({a.day for a, _ in found}) >= bounds["次数"]:
            a, b = found[0]
            values = {
                "日期": str(a.day),
                "付款人": payer,
                "收款人": payee,
                "金额": _money(a.size),
                "付出": _money(b.size),
                "次数": str(len(found)),
            }
            yield fired("S22a", _span(view.ledger), values, _cited(e for pair in found[:_SHOWN] for e in pair), bounds)


def _round_sums(view: _View, bounds: Bounds) -> Found:
    """S22b: a party paid mostly in large round sums."""
    for party, entries in _by_name(view.ledger.entries).items():
        trade = [e for e in entries if view.trade(e) and e.kind not in ("wages", "tax")]
        large = [e for e in trade if e.size >= bounds["金额线"] and _is_round(e.size, bounds["整数单位"])]
        if len(large) >= bounds["次数"] and len(large) >= len(trade) * bounds["占比"]:
            total = sum((e.size for e in large), Decimal(0))
            values = {"对手": party, "笔数": str(len(trade)), "整数笔数": str(len(large)), "金额": _money(total)}
            yield fired("S22b", _span(view.ledger), values, _cited(large[:_SHOWN]), bounds)


def _by_name(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.party:
            groups[entry.party].append(entry)
    return groups


def _circular(view: _View, bounds: Bounds) -> Found:
    """S22c: what was paid to a party comes back within days, from itself or always from the same other one."""
    for (to, source), pairs in _paid_back(view, bounds).items():
        if len({out.day for out, _ in pairs}) >= bounds["次数"] and _alone(to, pairs, view):
            out, back = pairs[0]
            values = {
                "对手": to,
                "来源": source,
                "付出": _money(out.size),
                "收回": _money(back.size),
                "天数": str((back.day - out.day).days),
                "次数": str(len(pairs)),
            }
            yield fired("S22c", _span(view.ledger), values, _cited(e for pair in pairs[:_SHOWN] for e in pair), bounds)


def _paid_back(view: _View, bounds: Bounds) -> dict[tuple[str, str], list[tuple[Entry, Entry]]]:
    """Large payments with what may have come back of them within the days, by who was paid and who paid."""
    limit = timedelta(days=int(bounds["天数"]))
    entries = [e for e in view.ledger.entries if e.size >= bounds["金额线"] and view.trade(e)]
    found: dict[tuple[str, str], list[tuple[Entry, Entry]]] = defaultdict(list)
    begin = 0
    for back in entries:
        while entries[begin].day < back.day - limit:
            begin += 1
        if back.amount < 0 or not back.party:
            continue
        for out in takewhile(lambda out, day=back.day: out.day < day, entries[begin:]):  # type: ignore[misc]
            if out.amount < 0 and out.party and _returned(out, back, bounds):
                found[out.party, back.party].append((out, back))
    return found


def _returned(out: Entry, back: Entry, bounds: Bounds) -> bool:
    if out.party == back.party:
        return abs(out.size - back.size) <= out.size * bounds["容差"]
    return out.size == back.size or (
        _is_round(out.size, Decimal(100000)) and abs(out.size - back.size) <= out.size * Decimal("0.01")
    )


def _alone(to: str, pairs: Sequence[tuple[Entry, Entry]], view: _View) -> bool:
    """Money back counts where it answers most of what was paid there: in a running trade sums meet by chance."""
    paid = [e for e in view.ledger.entries if e.party == to and e.amount < 0]
    return len({id(out) for out, _ in pairs}) * 2 >= len(paid)


def _both_sides(view: _View, bounds: Bounds) -> Found:
    """S22d: one party is a large part of income and of spending."""
    for party in by_party(view.ledger):
        usual = party.name and party.name not in view.own and not any(w in party.name for w in _NO_TRADE_PARTY)
        large = min(party.income, party.spending) >= bounds["金额线"]
        if usual and large and min(party.income_share, party.spending_share) >= bounds["占比"]:
            mine = [e for e in view.ledger.entries if e.party == party.name and view.trade(e)]
            if not any(e.amount > 0 for e in mine) or not any(e.amount < 0 for e in mine):
                continue
            values = {
                "对手": party.name,
                "收入占比": said(party.income_share * 100, "%"),
                "支出占比": said(party.spending_share * 100, "%"),
            }
            largest = sorted(mine, key=lambda e: -e.size)[:_SHOWN]
            yield fired("S22d", _span(view.ledger), values, _cited(largest), bounds)


def _burst(view: _View, bounds: Bounds) -> Found:
    """S23: money comes in much faster in the weeks before the application than ever before."""
    applied, ledger = view.subject.applied, view.ledger
    if applied is None or ledger.first is None:
        return
    window = int(bounds["天数"])
    begin = applied - timedelta(days=window)
    history = (begin - ledger.first).days
    if history < bounds["最短历史天数"]:
        return
    receipts = [e for e in ledger.entries if e.amount > 0 and view.trade(e)]
    recent = [e for e in receipts if begin <= e.day < applied]
    late = income_of(recent)
    earlier = income_of(e for e in receipts if e.day < begin)
    average = earlier * window / history
    starts = range(window, history + 1, window)
    windows = [(begin - timedelta(days=n), begin - timedelta(days=n - window)) for n in starts]
    most = max((income_of(e for e in receipts if a <= e.day < b) for a, b in windows), default=Decimal(0))
    if average > 0 and late >= average * bounds["倍数"] and late >= most * bounds["集中倍数"]:
        values = {
            "天数": str(window),
            "倍数": str(rounded(late / average, 1)),
            "近期": _money(late),
            "此前": _money(average),
        }
        largest = sorted(recent, key=lambda e: -e.amount)[:_SHOWN]
        cited = (*view.subject.applied_citations, *_cited(largest))
        yield fired("S23", f"{begin}/{applied}", values, cited, bounds)


def _loans(view: _View) -> list[Entry]:
    return [e for e in view.ledger.entries if e.kind == "loan" and e.amount > 0]


def _after(view: _View, loan: Entry, days: Decimal) -> list[Entry]:
    """Payments out in the days after a loan came in, that day among them."""
    last = loan.day + timedelta(days=int(days))
    return [e for e in view.ledger.entries if loan.day <= e.day <= last and e.amount < 0]


def _used_for(identity: str, fits: Callable[[_View, Entry], bool]) -> Callable[[_View, Bounds], Found]:
    """A rule: within days of a loan, a good part of it went to what ``fits``."""

    def rule(view: _View, bounds: Bounds) -> Found:
        for loan in _loans(view):
            paid = [e for e in _after(view, loan, bounds["天数"]) if e.party not in view.own and fits(view, e)]
            total = sum((e.size for e in paid), Decimal(0))
            if paid and total >= loan.amount * bounds["占比"]:
                most = max(paid, key=lambda e: e.size)
                values = {
                    "放款日": str(loan.day),
                    "放款额": _money(loan.amount),
                    "日期": str(most.day),
                    "对手": most.party,
                    "摘要": most.summary,
                    "金额": _money(total),
                    "天数": str(int(bounds["天数"])),
                }
                yield fired(identity, str(loan.day), values, _cited((loan, *paid[:_SHOWN])), bounds)

    return rule


def _comes_back(view: _View, bounds: Bounds) -> Found:
    """S24d: a payee of loan money pays it back within days."""
    for loan in _loans(view):
        for out in _after(view, loan, bounds["支付天数"]):
            if out.size < loan.amount * bounds["占比"] or not view.trade(out):
                continue
            last = out.day + timedelta(days=int(bounds["天数"]))
            back = [
                e
                for e in view.ledger.entries
                if out.day <= e.day <= last and e.amount > 0 and e.party == out.party and e is not loan
            ]
            total = income_of(back)
            if back and abs(total - out.size) <= out.size * _slack(view, out, back, bounds):
                values = {
                    "放款日": str(loan.day),
                    "放款额": _money(loan.amount),
                    "对手": out.party,
                    "金额": _money(out.size),
                    "日期": str(back[0].day),
                    "收回": _money(total),
                }
                yield fired("S24d", str(loan.day), values, _cited((loan, out, *back[:_SHOWN])), bounds)


def _slack(view: _View, out: Entry, back: Sequence[Entry], bounds: Bounds) -> Decimal:
    """With a party that is paid and pays all the time only the very sum counts."""
    others = sum(e.party == out.party and e.amount > 0 for e in view.ledger.entries) - len(back)
    return bounds["容差"] if others < _RUNNING else Decimal("0.001")


def _broken(view: _View, bounds: Bounds) -> Found:
    """F01: balances that don't follow, account by account."""
    for account in view.ledger.accounts:
        if account.breaks:
            values = {"笔数": str(len(account.breaks)), "日期": account.breaks[0].day}
            yield fired("F01", _span(view.ledger), values, tuple(b.citation for b in account.breaks[:_SHOWN]), bounds)


_RULES: dict[str, Callable[[_View, Bounds], Found]] = {
    "S21": _sales,
    "S22a": _same_day,
    "S22b": _round_sums,
    "S22c": _circular,
    "S22d": _both_sides,
    "S23": _burst,
    "S24a": _used_for("S24a", lambda view, e: view.related(e.party)),
    "S24b": _used_for("S24b", lambda _, e: e.kind == "property"),
    "S24c": _used_for("S24c", lambda _, e: e.kind == "securities"),
    "S24d": _comes_back,
    "F01": _broken,
}
