"""TodayHumor, a forum: posts, their votes, their comments, and how they rose to the best boards."""
