"""gnuboard 5, the software of many boards: any site by its address (`base`). Recorded from a server with invented content."""
