// The assembly language of PomIsa: spec/assembly.md says what it means, this file what it looks like.
//
// One line is one statement. The grammar knows no mnemonic and no block: mnemonics come from the
// instruction table, and blocks are matched afterwards, so that a lost `.end` costs one message.
// Every decision needs one token of lookahead, and only parentheses nest.
grammar PomIsa;

// A file is a sequence of lines: the assembler calls this rule until the file ends, so an error
// in one line never reaches the next.
line: (directive | instruction)? (NEWLINE | EOF);

directive
    : MODULE name?                                                       # Module
    | INCLUDE STRING                                                     # Include
    | CONST name expression                                              # Constant
    | TYPE name name                                                     # ElementType
    | ALIAS name name                                                    # MnemonicAlias
    | SYMBOL name MAX expression                                         # Symbol
    | INPUT name tensor                                                  # Input
    | WEIGHT name tensor layout? (DIGEST HEX)? contents?                 # Weight
    | STATE name tensor MAX expression                                   # State
    | REPEAT name expression RANGE expression                            # Repeat
    | STEP name signature?                                               # Step
    | DRIVER name signature?                                             # Driver
    | REG name COLON tensor                                              # Register
    | LOCAL name (COMMA name)*                                           # Local
    | ENTRY name                                                         # Entry
    | END                                                                # End
    | DIRECTIVE ~NEWLINE*                                                # Unknown
    ;

layout: PANELS | ROWS;

// Values in logical order, or the stored bytes.
contents: EQUALS expression (COMMA expression)* | DATA HEX;

signature: LPAREN parameters? RPAREN (ARROW LPAREN parameters? RPAREN)?;

parameters: parameter (COMMA parameter)*;

parameter: name COLON tensor;

tensor: name LBRACKET (expression (COMMA expression)*)? RBRACKET;

instruction: name operands? (ARROW operands)?;

operands: operand (COMMA operand)*;

// A result may carry its type; axes stand in brackets.
operand: expression (COLON tensor)? | axes;

axes: LBRACKET (expression (COMMA expression)*)? RBRACKET;

expression: term ((PLUS | MINUS) term)*;

term: factor ((STAR | SLASH | PERCENT) factor)*;

factor: MINUS* atom;

atom
    : INT                                                                # Integer
    | HEX                                                                # Integer
    | (FLOAT | HEXFLOAT | BITS)                                          # Float
    | name (LPAREN expression (COMMA expression)* RPAREN)?               # NameOrCall
    | LPAREN expression RPAREN                                           # Group
    ;

// What stands between the braces of a name such as l{i+1}.wq.
interpolation: expression EOF;

// Words that mean something in one place only stay usable as names everywhere else.
name: NAME | STRING | MAX | PANELS | ROWS | DIGEST | DATA;

MODULE: '.module';
INCLUDE: '.include';
CONST: '.const';
TYPE: '.type';
ALIAS: '.alias';
SYMBOL: '.symbol';
INPUT: '.input';
WEIGHT: '.weight';
STATE: '.state';
REPEAT: '.repeat';
STEP: '.step';
DRIVER: '.driver';
REG: '.reg';
LOCAL: '.local';
ENTRY: '.entry';
END: '.end';
DIRECTIVE: '.' [A-Za-z_] [A-Za-z0-9_]*;

MAX: 'max';
PANELS: 'panels';
ROWS: 'rows';
DIGEST: 'digest';
DATA: 'data';

BITS: 'bits:0x' HEXDIGIT+;
NAME: (LETTER | INTERPOLATION) WORD* ('.' WORD+)*;
HEXFLOAT: '0x' HEXDIGIT+ ('.' HEXDIGIT*)? [pP] [+-]? DIGIT+;
HEX: '0x' HEXDIGIT+;
FLOAT: DIGIT+ '.' DIGIT+ EXPONENT? | DIGIT+ EXPONENT;
INT: DIGIT+;
STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '"';

ARROW: '->';
RANGE: '..';
COLON: ':';
EQUALS: '=';
COMMA: ',';
LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
PLUS: '+';
MINUS: '-';
STAR: '*';
SLASH: '/';
PERCENT: '%';

NEWLINE: '\n';
DOC: ';;' ~[\r\n]* -> channel(HIDDEN);
COMMENT: ';' ~[\r\n]* -> skip;
SPACE: [ \t\r]+ -> skip;

// Last, so that the parser meets every character that nothing above takes and says where it stands.
STRAY: .;

fragment WORD: LETTER | DIGIT | INTERPOLATION;
fragment LETTER: [A-Za-z_];
fragment DIGIT: [0-9];
fragment HEXDIGIT: [0-9a-fA-F];
fragment EXPONENT: [eE] [+-]? DIGIT+;
fragment INTERPOLATION: '{' ~[{}\r\n]* '}';
