"""Print what `make resilience` has measured, as a table.

python -m tests.resilience.report
"""

import json

from tests.resilience.figures import RESULTS, Figure

HEADER = """\
| figure | rounds | acknowledged | lost | seconds | control | remarks | measured |
| --- | ---: | ---: | ---: | ---: | --- | --- | --- |"""


def main() -> None:
    """Print a row for each figure, by name."""
    print(HEADER)  # noqa: T201
    for path in sorted(RESULTS.glob("*.json")):
        print(row(Figure(**json.loads(path.read_text()))))  # noqa: T201


def row(figure: Figure) -> str:
    numbers = [figure.rounds, figure.acknowledged, figure.lost, round(figure.seconds)]
    words = [figure.control, "; ".join(figure.remarks), figure.measured]
    cells = [figure.name, *(f"{number:,}" for number in numbers), *words]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
