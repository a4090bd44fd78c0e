"""`python -m lancehead` is `lancehead`."""

import sys

from lancehead.cli import main

status = main()
if status:  # under `-i` the end of a program is not to be seen
    sys.exit(status)
