"""What became of my input: a submission as its author follows it, by receipt code and access key, and takes it back.

A decision is told only once it has taken effect, and then with its notice; until then its author reads "in review".
"""
