#!/usr/bin/env python3
"""Checks that a CycloneDX bill of materials names exactly the jars of a directory.

    sbom.py BOM.json LIB_DIRECTORY

Exit 0 when it does, 1 when it does not.
"""
import json
import os
import sys
from urllib.parse import parse_qs, urlsplit


def file_name(component):
    """The name under which Maven's copy-dependencies puts a component."""
    classifier = parse_qs(urlsplit(component["purl"]).query).get("classifier")
    parts = [component["name"], component["version"]] + (classifier or [])
    return "-".join(parts) + ".jar"


def differences(bom, jars):
    """One line for each jar without a component, each component without a jar, and each without a hash."""
    components = {file_name(component): component for component in bom["components"]}
    lines = [f"not in the bill of materials: {jar}" for jar in sorted(jars - components.keys())]
    lines += [f"does not ship: {name}" for name in sorted(components.keys() - jars)]
    # Our own modules have none: they are built together with the bill.
    lines += [
        f"without a SHA-256: {name}"
        for name, component in sorted(components.items())
        if component["group"] != "dev.canswarm"
        and not any(entry["alg"] == "SHA-256" for entry in component.get("hashes", []))
    ]
    return lines


def main(bom_path, lib):
    with open(bom_path, encoding="utf-8") as text:
        bom = json.load(text)
    jars = set(os.listdir(lib))
    found = differences(bom, jars)
    for line in found:
        print(f"sbom: {line}")
    if not jars:
        found.append(lib)
        print(f"sbom: no jars in {lib}")
    if not found:
        print(f"the bill of materials (CycloneDX {bom['specVersion']}) names the {len(jars)} libraries that ship")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
