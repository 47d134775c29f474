"""handoffs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table('handoffs',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('key', sa.LargeBinary(length=65), nullable=False),
    sa.Column('commitment', sa.LargeBinary(length=32), nullable=False),
    sa.Column('code', sa.LargeBinary(length=32), nullable=True),
    sa.Column('number', sa.String(length=3), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('browser', sa.String(length=8), nullable=False),
    sa.Column('system', sa.String(length=8), nullable=False),
    sa.Column('network', sa.LargeBinary(length=32), nullable=True),
    sa.Column('created', sa.BigInteger(), nullable=False),
    sa.Column('until', sa.BigInteger(), nullable=False),
    sa.Column('counter', sa.BigInteger(), nullable=False),
    sa.Column('person', sa.LargeBinary(length=16), nullable=True),
    sa.Column('capture', sa.LargeBinary(length=16), nullable=True),
    sa.Column('salt', sa.LargeBinary(length=32), nullable=True),
    sa.Column('opening', sa.LargeBinary(length=32), nullable=True),
    sa.Column('started', sa.BigInteger(), nullable=True),
    sa.Column('stopped', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['capture'], ['captures.id'], name=op.f('fk_handoffs_capture_captures'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person'], ['people.id'], name=op.f('fk_handoffs_person_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handoffs'))
    )
    with op.batch_alter_table('handoffs', schema=None) as batch_op:
        batch_op.create_index('ix_handoffs_capture', ['capture'], unique=False)
        batch_op.create_index('ix_handoffs_code', ['code'], unique=False)
