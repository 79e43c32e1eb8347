"""The suite's plugins: real servers to test against, no skips where everything is installed, and how processes share the work."""

pytest_plugins = (
    "tests.plugins.bucket",
    "tests.plugins.postgres",
    "tests.plugins.quick",
    "tests.plugins.quiet",
    "tests.plugins.wall",
    "tests.plugins.queue",
    "tests.plugins.browser",
    "tests.plugins.no_skips",
    "tests.plugins.sharing",
)
