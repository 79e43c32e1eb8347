"""Use cases: `f(session, tenant, …)`. They flush and never commit, and they know nothing of the web."""
