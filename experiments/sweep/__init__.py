"""Many cases of a scenario: designed, run anywhere, stored by content, tabulated."""
