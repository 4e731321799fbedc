"""Compiles files without running them, and prints what is wrong with them, a line each.

    python compile_files.py FILE...
"""
import sys

for path in sys.argv[1:]:
    try:
        with open(path, 'rb') as file:
            compile(file.read(), path, 'exec')
    except (SyntaxError, ValueError) as error:
        print('%s: %s' % (path, error))
