"""Staff of both governments: accounts, roles, permissions, signing in. Staff pages are closed by default."""
