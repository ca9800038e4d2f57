"""The plot of growth: the whole campaign, and each axis alone. Every cost stands against its own at x 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.growth_axes import SIZES, Grown


def plot(campaign: list[tuple[str, list[float]]], grown: Grown, to: Path) -> None:
    """A panel for each; one colour is the same cost in all axes."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(2, 3, figsize=(11, 7), sharex=True, sharey=True)
    first, *others, last = panels.flat
    _panel(first, "the campaign, by the sighting", dict(campaign))
    first.legend(fontsize=7, loc="lower center", ncols=2)
    for panel, (axis, costs) in zip(others, grown.items(), strict=True):
        _panel(panel, axis, costs)
    last.axis("off")
    last.legend(
        *others[0].get_legend_handles_labels(), loc="center", title="four axes: costs of the whole,\nand of one article"
    )
    figure.supxlabel("size, as a multiple of the smallest")
    figure.supylabel("cost, as a multiple of that at x 1")
    figure.tight_layout()
    figure.savefig(to, dpi=110, metadata={"Software": None})


def _panel(panel: Any, title: str, costs: dict[str, list[float]]) -> None:
    for name, values in costs.items():
        panel.plot(SIZES, [value / values[0] for value in values], marker="o", label=name.rpartition(",")[0])
    panel.plot(SIZES, SIZES, color="grey", linestyle=":", label="linear")
    panel.set(xscale="log", yscale="log", title=title, ylim=(0.005, 300))
