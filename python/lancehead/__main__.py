"""`python -m lancehead` is `lancehead`."""

import sys

from lancehead.cli import main

sys.exit(main())
