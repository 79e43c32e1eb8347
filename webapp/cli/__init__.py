"""The operator's commands, one file per noun. A module's `COMMANDS` join `flask` by being there."""
