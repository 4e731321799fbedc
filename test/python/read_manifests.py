"""Prints manifests as JSON, read as OpenERP and Odoo read them: a literal, and nothing else.

    python read_manifests.py FILE...
"""
import ast
import io
import json
import sys

manifests = []
for path in sys.argv[1:]:
    with io.open(path, encoding='utf-8') as file:
        manifests.append(ast.literal_eval(file.read()))
json.dump(manifests, sys.stdout)
