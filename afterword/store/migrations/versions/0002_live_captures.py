"""live captures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_table('segments',
    sa.Column('capture', sa.LargeBinary(length=16), nullable=False),
    sa.Column('name', sa.String(length=8), nullable=False),
    sa.Column('track', sa.String(length=8), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('closed', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['capture'], ['captures.id'], name=op.f('fk_segments_capture_captures'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('capture', 'name', 'track', name=op.f('pk_segments')),
    sa.UniqueConstraint('capture', 'number', 'track', name=op.f('uq_segments_capture'))
    )
    op.create_table('forgets',
    sa.Column('id', sa.LargeBinary(length=16), nullable=False),
    sa.Column('capture', sa.LargeBinary(length=16), nullable=False),
    sa.Column('wish', sa.LargeBinary(length=16), nullable=False),
    sa.Column('segment', sa.String(length=8), nullable=False),
    sa.Column('track', sa.String(length=8), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('past', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['capture'], ['captures.id'], name=op.f('fk_forgets_capture_captures'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forgets'))
    )
    with op.batch_alter_table('forgets', schema=None) as batch_op:
        batch_op.create_index('ix_forgets_capture', ['capture'], unique=False)

    with op.batch_alter_table('captures', schema=None) as batch_op:
        batch_op.add_column(sa.Column('live', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('seen', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('mode', sa.String(length=12), server_default='recording', nullable=False))
        batch_op.add_column(sa.Column('forgotten', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('unforgotten', sa.Integer(), server_default='0', nullable=False))
