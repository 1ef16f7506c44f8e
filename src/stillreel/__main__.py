"""`python -m stillreel` is the command `stillreel`."""

import sys

from stillreel.cli import main

sys.exit(main())
