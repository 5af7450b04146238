// Package config reads the configuration of the server: its data sources, users, tokens, limits and retention.
package config
