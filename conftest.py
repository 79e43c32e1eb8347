"""The suite's plugins: real servers to test against, and no skips where everything is installed."""

pytest_plugins = (
    "tests.plugins.bucket",
    "tests.plugins.postgres",
    "tests.plugins.quick",
    "tests.plugins.quiet",
    "tests.plugins.wall",
    "tests.plugins.queue",
    "tests.plugins.browser",
    "tests.plugins.no_skips",
)
