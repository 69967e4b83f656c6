"""What the site needs beyond the pages of docs: pages that stand elsewhere in the project, and links that leave docs.

On a forge every link is a path in the project. Here a link to a page of the site stays in the site, and any other
leads to the file on the forge.
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
}
LINK = re.compile(r"(\]\()([^)\s#]+)(#[^)\s]*)?(\))")
FENCE = re.compile(r"^(\s*)```.*?^\1```\s*$", re.MULTILINE | re.DOTALL)
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
        text += LINK.sub(rewrite, markdown[end : fence.start()]) + fence.group(0)
        end = fence.end()
    return text + LINK.sub(rewrite, markdown[end:])
