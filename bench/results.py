"""A line of the table of results."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """Two times measured in one run, in ms, and the ratio that ours should not exceed."""

    what: str
    ours: float
    bare: float
    target: float | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """How many times longer ours takes."""
        return self.ours / self.bare


def table(results: list[Result]) -> str:
    """Write results as a Markdown table."""
    lines = ["| what | ours | bare | ratio | target |", "| --- | ---: | ---: | ---: | ---: |"]
    for each in results:
        target = ""
        if each.target:
            target = f"≤ {each.target:g} {'met' if each.ratio <= each.target else 'MISSED'}"
        lines.append(
            f"| {each.what} | {each.ours:.1f} {each.unit} | {each.bare:.1f} {each.unit} "
            f"| {each.ratio:.2f} | {target} |"
        )
    return "\n".join(lines)
