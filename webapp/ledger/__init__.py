"""The arithmetic of entitlements and money: integers and moments only. It knows no table, no web and nothing else of ours."""
