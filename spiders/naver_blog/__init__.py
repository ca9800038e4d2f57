"""Naver Blog: posts (recorded 2026-04), their comments and sympathy (unproven: seen in public code of 2026 only)."""
