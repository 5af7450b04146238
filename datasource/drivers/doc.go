// Package drivers knows which package reads each type of endpoint, and what reading a fact costs there.
package drivers
