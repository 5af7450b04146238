// Package checktest runs a check in a test: over facts that the test writes, over an emulated Oracle, or
// between real servers. It holds the facts, the servers and the comparisons that tests of checks share.
package checktest
