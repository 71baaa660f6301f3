"""Speed and quality, each figure by one command. Times are given as ratios within one run."""
