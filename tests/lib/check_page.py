"""check_page.py FILE: an inspect page runs nothing but its own script, loads nothing, and its links lead somewhere."""
import sys
from html.parser import HTMLParser


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.scripts = self.policies = 0
        self.ids, self.links, self.wrong, self.open = set(), set(), [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.scripts += tag == "script"
        self.policies += attrs.get("http-equiv") == "Content-Security-Policy"
        self.ids.add(attrs.get("id"))
        if tag in ("link", "img", "iframe", "object", "embed", "base", "form", "image", "use"):
            self.wrong.append("element " + tag)
        for name, value in attrs.items():
            if name.startswith("on") or name in ("src", "style", "action", "xlink:href"):
                self.wrong.append(f"{tag} {name}={value}")
            if name == "href" and value.startswith("#"):
                self.links.add(value[1:])
            elif name == "href":
                self.wrong.append("link to " + value)
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
page.close()
wrong = page.wrong + ["link to nowhere: " + link for link in page.links - page.ids] + ["open: " + tag for tag in page.open]
if page.scripts != 1 or page.policies != 1:
    wrong.append(f"{page.scripts} scripts, {page.policies} policies")
print("\n".join(wrong), end="")
sys.exit(bool(wrong))
