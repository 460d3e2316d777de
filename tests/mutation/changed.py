"""A module of the product with other code than in its file, in this process and those it starts.

It imports the standard library alone: a process that has just started reads it first.
"""

import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).parents[2]


class Changed(SourceFileLoader):
    """The module at a path, from the top of the repository, with this code."""

    def __init__(self, path: str, code: str) -> None:
        super().__init__(path.removesuffix(".py").replace("/", "."), str(ROOT / path))
        self.code = code

    def find_spec(self, fullname: str, *_about: object) -> ModuleSpec | None:
        """Return itself, as sys.meta_path asks for it."""
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.code, self.path, "exec")


def change(path: str, code: str, place: Path) -> None:
    """Import a module like that from now on, also where a new Python is started.

    That imports ``sitecustomize`` first of all, and finds it in ``place``. Where the module is
    imported already, all of the product is imported anew.
    """
    changed = Changed(path, code)
    sys.meta_path.insert(0, changed)
    if changed.name in sys.modules:
        for name in [each for each in sys.modules if each.startswith(("assessor.", "tests."))]:
            del sys.modules[name]
    lines = [
        "import sys",
        f"from {__name__} import Changed",
        f"sys.meta_path.insert(0, Changed({path!r}, {code!r}))",
    ]
    (place / "sitecustomize.py").write_text("\n".join(lines))
    os.environ["PYTHONPATH"] = f"{place}{os.pathsep}{ROOT}"
