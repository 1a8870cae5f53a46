#!/usr/bin/env python3
"""How well this build reads, groups, finds and quotes labelled news: tools/score.py LEDE FOLDER [PART ...]

LEDE is the program, FOLDER holds the labelled sets and their scorers (`eval/`, `feeds/`), which are
not part of the repository. PART (parse, extract, discover, opml, guard, stories, topics, summaries,
keyphrases, grounding) names what to score; without one, everything.

Prints each figure beside the committed one of `figures.toml`, its floor and its goal. Ends with
status 1 when a figure is worse than its floor, or more than TOLERANCE worse than the committed one,
or was not obtained at all. Lowering a committed figure needs its reason in the commit's message.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

try:
    import tomllib
except ImportError:
    sys.exit("tools/score.py needs Python 3.11 or later (tomllib)")

TOLERANCE = 0.003

STORIES = ["newsplease", "basil", "ecbplus", "duc04", "uci_headlines"]
TOPICS = ["reuters", "allsides", "masked_country"]
KEYPHRASES = {"duc01": [], "kpcrowd": [], "ptbn": ["--no-stem"], "wikinews_fr": ["--no-stem"]}
GROUNDING = ["qags_cnndm", "qags_xsum", "swaps"]
# Set: how the program is asked, how the scorer is.
SUMMARIES = {
    "duc04_multi": (["--words", "100"], ["--words", "100"]),
    "inshorts": (["--words", "60"], ["--words", "60"]),
    "cnndm": (["--sentences", "3"], []),
}


class Judge:
    """Runs the program over a set and the set's scorer over what it printed."""

    def __init__(self, lede, shared, scratch):
        self.lede, self.shared, self.scratch = lede, shared, scratch

    def lab(self, task, options, documents):
        out = self.scratch / f"{task}.{documents.name}"
        with documents.open("rb") as text, out.open("wb") as lines:
            subprocess.run([self.lede, "lab", task, *options], stdin=text, stdout=lines, check=True)
        return out

    def score(self, scorer, predictions, gold, options=()):
        command = [sys.executable, self.shared / "eval" / scorer, predictions, gold, *options, "--json"]
        return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    def feeds(self, kind):
        command = [sys.executable, self.shared / "feeds/score_feeds.py", "--cmd", f"{self.lede} lab",
                   "--kind", kind, "--json"]
        return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)

    def parse(self):
        report = self.feeds("parse")
        kind = report["kinds"]["parse"]
        dates = [group for name, group in report["groups"].items() if name.startswith("parse/dates-")]
        yield "met", kind["met"]
        yield "macro_over_groups", kind["macro_over_groups"]
        yield "dates", (sum(g["met"] * g["expectations"] for g in dates) / sum(g["expectations"] for g in dates))
        yield "crashes_and_hangs", kind["crashes"] + kind["hangs"]
        yield "refused", kind["refused"]

    def extract(self):
        report = self.feeds("extract")
        text = report["text_by_group"]
        other = {name: f1 for name, f1 in text.items()
                 if name.startswith("extract/fundus-") and name != "extract/fundus-en"}
        cases = {name: group["cases"] for name, group in report["groups"].items()}
        yield "aeb", text["extract/aeb"]
        yield "fundus_en", text["extract/fundus-en"]
        yield "fundus_other", sum(f1 * cases[name] for name, f1 in other.items()) / sum(cases[n] for n in other)
        yield "mozilla", text["extract/mozilla"]
        yield "published", report["fields"]["extract.published"]["met"]
        yield "title", report["fields"]["extract.title"]["met"]
        yield "crashes_and_hangs", report["kinds"]["extract"]["crashes"] + report["kinds"]["extract"]["hangs"]

    def discover(self):
        yield "met", self.feeds("discover")["kinds"]["discover"]["met"]

    def opml(self):
        yield "met", self.feeds("opml")["kinds"]["opml"]["met"]

    def guard(self):
        yield "met", self.feeds("guard")["kinds"]["guard"]["met"]

    def stories(self):
        folder, all_f1 = self.shared / "eval/stories", []
        for name in STORIES:
            lines = self.lab("stories", [], folder / f"{name}.articles.jsonl")
            f1 = self.score("score_stories.py", lines, folder / f"{name}.gold.jsonl")["bcubed_f1"]
            all_f1.append(f1)
            yield name, f1
        yield "mean_bcubed_f1", statistics.mean(all_f1)

    def topics(self):
        folder, found = self.shared / "eval/topics", []
        for name in TOPICS:
            options = ["--queries", folder / f"{name}.queries.jsonl"]
            if name == "masked_country":
                options += ["--store", folder / "store.docs.jsonl"]
            lines = self.lab("topics", options, folder / f"{name}.docs.jsonl")
            found.append(self.score("score_topics.py", lines, folder / f"{name}.gold.jsonl"))
        yield "mean_map", statistics.mean(f["map"] for f in found)
        yield "mean_hidden_recall", statistics.mean(f["hidden_recall_2R"] for f in found)
        yield "mean_push_f1", statistics.mean(f["f1"] for f in found)

    def summaries(self):
        folder = self.shared / "eval/summaries"
        for name, (asked, scored) in SUMMARIES.items():
            lines = self.lab("summaries", asked, folder / f"{name}.docs.jsonl")
            found = self.score("score_summaries.py", lines, folder / f"{name}.gold.jsonl", scored)
            measure = "r" if name == "duc04_multi" else "f"
            yield f"{name}_rouge1", found[f"rouge1_{measure}"]
            yield f"{name}_rouge2", found[f"rouge2_{measure}"]

    def keyphrases(self):
        folder, all_f1 = self.shared / "eval/keyphrases", []
        for name, options in KEYPHRASES.items():
            lines = self.lab("keyphrases", [], folder / f"{name}.docs.jsonl")
            all_f1.append(self.score("score_keyphrases.py", lines, folder / f"{name}.gold.jsonl", options)["f10"])
        yield "mean_f10", statistics.mean(all_f1)

    def grounding(self):
        folder, all_auc = self.shared / "eval/grounding", []
        for name in GROUNDING:
            lines = self.lab("grounding", ["--docs", folder / f"{name}.docs.jsonl"], folder / f"{name}.claims.jsonl")
            auc = self.score("score_grounding.py", lines, folder / f"{name}.gold.jsonl")["auc"]
            all_auc.append(auc)
            yield name, auc
        yield "mean_auc", statistics.mean(all_auc)


def verdict(value, wanted):
    """What is wrong with a figure, or nothing. `most` turns the direction round: fewer is better."""
    if "most" in wanted:
        if value > wanted["most"]:
            return f"over its limit {wanted['most']}"
        return f"was {wanted['committed']}" if value > wanted["committed"] else ""
    if value < wanted.get("floor", 0):
        return f"under its floor {wanted['floor']}"
    return f"was {wanted['committed']}" if value < wanted["committed"] - TOLERANCE else ""


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    lede, shared = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    figures = tomllib.loads((pathlib.Path(__file__).resolve().parent / "figures.toml").read_text())
    parts = sys.argv[3:] or list(figures)
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        judge = Judge(lede, shared, pathlib.Path(scratch))
        for part in parts:
            wanted = dict(figures[part])
            for name, value in getattr(judge, part)():
                bounds = wanted.pop(name, {"committed": value})
                wrong = verdict(round(value, 4), bounds)
                beside = ", ".join(f"{word} {bounds[word]}" for word in ("committed", "floor", "most", "goal")
                                   if word in bounds and name in figures[part])
                print(f"{part:11} {name:20} {value:<8.4g} {beside}{'  <- ' + wrong if wrong else ''}", flush=True)
                if wrong:
                    failed.append(f"{part} {name} {value:.4f} {wrong}")
            failed += [f"{part} {name} was not measured" for name in wanted]
    if failed:
        sys.exit("Figures that fell:\n  " + "\n  ".join(failed))


if __name__ == "__main__":
    main()
