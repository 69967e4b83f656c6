"""What the site needs beyond the pages of docs: pages that stand elsewhere in the project, and links that leave docs.

On a forge every link is a path in the project. Here a link to a page of the site stays in the site, and any other
leads to the file on the forge. Blocks in lists are indented as Python-Markdown wants them, and long names in tables may
break where a word ends.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

# Pages of the project that the site shows, by their place in the site.
ELSEWHERE = {
    "project/chart.md": "charts/kestra-operator/README.md",
    "project/versions.md": "schemas/flow/versions.md",
    "project/changelog.md": "CHANGELOG.md",
    "project/contributing.md": "CONTRIBUTING.md",
    "project/security.md": "SECURITY.md",
    "project/governance.md": "GOVERNANCE.md",
}
LINK = re.compile(r"(\]\()([^)\s#]+)(#[^)\s]*)?(\))")
FENCE = re.compile(r"^(\s*)```.*?^\1```\s*$", re.MULTILINE | re.DOTALL)
# How far Python-Markdown wants a block within a list; forges take less.
INDENTATION = 4
CELL = re.compile(r"<td[^>]*>.*?</td>", re.DOTALL)
CODE = re.compile(r"(<code>)([^<]+)(</code>)")
# After these a name may break, and before a capital in the name of a test. What is longer than LONG has class="long".
SEAM = re.compile(r"(?<=[,/._])(?=\S)")
LONG = 30
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
TREE = "https://github.com/kestra-operator/kestra-operator/blob/main/"


def on_files(files, config):
    root = Path(config.config_file_path).parent
    for place, path in ELSEWHERE.items():
        page = File.generated(config, place, abs_src_path=str(root / path))
        page.edit_uri = TREE.replace("blob", "edit") + path
        files.append(page)
    return files


def is_page(file):
    return file is not None and file.inclusion.is_included()


def on_page_markdown(markdown, page, config, files):
    here = page.file.src_uri
    source = ELSEWHERE.get(here, "docs/" + here)
    places = {path: place for place, path in ELSEWHERE.items()}

    def rewrite(match):
        before, target, anchor, after = match.groups()
        if "://" in target or target.startswith("mailto:"):
            return match.group(0)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        place = places.get(path) or path.removeprefix("docs/")
        if path in places or (path.startswith("docs/") and is_page(files.get_file_from_path(place))):
            target = posixpath.relpath(place, posixpath.dirname(here) or ".")
        else:
            target = TREE + path
        return before + target + (anchor or "") + after

    text, end = "", 0
    for fence in FENCE.finditer(markdown):
        text += LINK.sub(rewrite, markdown[end : fence.start()]) + in_list(fence)
        end = fence.end()
    return text + LINK.sub(rewrite, markdown[end:])


def in_list(fence):
    """A block that is indented at all belongs to an item of a list."""
    if not fence.group(1).strip("\n"):
        return fence.group(0)
    missing = max(0, INDENTATION - len(fence.group(1).strip("\n")))
    return re.sub(r"^(?=.)", " " * missing, fence.group(0), flags=re.MULTILINE)


def on_page_content(html, page, config, files):
    return CELL.sub(lambda cell: CODE.sub(breakable, cell.group(0)), html)


def breakable(code):
    name = code.group(2)
    seams = CAPITAL if name.startswith("Test") else SEAM
    opening = '<code class="long">' if len(name) > LONG else code.group(1)
    return opening + seams.sub("<wbr>", name) + code.group(3)
