"""``python -m portal.sandbox``."""

from portal.sandbox.serve import main

main()
