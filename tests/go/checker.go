// Check an archive of Griffie, and make a note for it to check, with the reference code of Go's
// checksum database (golang.org/x/mod/sumdb/note and tlog): it shares nothing with Griffie.
//
//	checker verify ARCHIVE LOG VKEY PROOF LINE OLD   checks checkpoint, tiles, proof, consistency
//	checker sign SKEY TEXT                           signs a text, and prints the note
//	checker tree SIZE PLACE OLD                      prints root and proofs over known leaves
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Println("does not hold:", err)
		os.Exit(1)
	}
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	check(err)
	return n
}

// checkpoint opens a signed note and returns the tree that it tells of.
func checkpoint(text []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	check(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		check(fmt.Errorf("it is about %s", lines[0]))
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	tree := tlog.Tree{N: number(lines[1])}
	copy(tree.Hash[:], root)
	return tree
}

// tiles reads tiles from a folder, which names them without their height.
type tiles struct{ folder string }

func (t tiles) Height() int                         { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte)     {}
func (t tiles) ReadTiles(all []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range all {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func verify(archive, log, vkey, proof, line, old string) {
	folder := filepath.Join(archive, "evidence", log)
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	tree := checkpoint(text, vkey)
	reader := tlog.TileHashReader(tree, tiles{folder})
	root, err := tlog.TreeHash(tree.N, reader)
	check(err)
	if root != tree.Hash {
		check(fmt.Errorf("the tiles have another root"))
	}
	before := checkpoint(mustRead(filepath.Join(folder, "checkpoints", old)), vkey)
	consistency, err := tlog.ProveTree(tree.N, before.N, reader)
	check(err)
	check(tlog.CheckTree(consistency, tree.N, tree.Hash, before.N, before.Hash))

	// A tlog-proof: a first line, the index, hashes, an empty line, a checkpoint.
	head, signed, _ := bytes.Cut(mustRead(proof), []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		check(fmt.Errorf("it is no tlog-proof"))
	}
	index := number(strings.TrimPrefix(lines[1], "index "))
	var hashes tlog.RecordProof
	for _, encoded := range lines[2:] {
		data, err := base64.StdEncoding.DecodeString(encoded)
		check(err)
		var hash tlog.Hash
		copy(hash[:], data)
		hashes = append(hashes, hash)
	}
	covers := checkpoint(signed, vkey)
	leaf := tlog.RecordHash(mustRead(line))
	check(tlog.CheckRecord(hashes, covers.N, covers.Hash, index, leaf))
	fmt.Printf("holds: %d lines, line %d\n", tree.N, index)
}

func mustRead(path string) []byte {
	data, err := os.ReadFile(path)
	check(err)
	return data
}

func sign(skey, text string) {
	signer, err := note.NewSigner(skey)
	check(err)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	os.Stdout.Write(signed)
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		found[at] = s[index]
	}
	return found, nil
}

func tree(size, place, old int64) {
	var hashes stored
	for at := int64(0); at < size; at++ {
		more, err := tlog.StoredHashes(at, []byte(strconv.FormatInt(at, 10)), hashes)
		check(err)
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(size, hashes)
	check(err)
	before, err := tlog.TreeHash(old, hashes)
	check(err)
	record, err := tlog.ProveRecord(size, place, hashes)
	check(err)
	consistency, err := tlog.ProveTree(size, old, hashes)
	check(err)
	fmt.Println(root, before)
	fmt.Println(strings.Trim(fmt.Sprint(record), "[]"))
	fmt.Println(strings.Trim(fmt.Sprint(consistency), "[]"))
}

func main() {
	switch arguments := os.Args[2:]; os.Args[1] {
	case "verify":
		verify(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
	case "sign":
		sign(arguments[0], arguments[1])
	case "tree":
		tree(number(arguments[0]), number(arguments[1]), number(arguments[2]))
	}
}
