"""Printouts of a training that the page sets up, worked from its data: what stands at the epochs that its lines count, and at the end."""

from deltarule.checking.trained.settling import settle_trained as settle_trained
