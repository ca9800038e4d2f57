"""LiveRe: the comment widget on publishers' pages (a list recorded in 2018; replies and deletions unproven)."""
