// Package product tells products apart where their versions decide what they support, and holds the terms
// that the other packages of compat answer in: Acceptance and Absence. It knows no Check.
package product
